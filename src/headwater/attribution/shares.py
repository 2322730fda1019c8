"""Whole minor units shared out so that no cent is lost: the largest remainder method.

Each touch gets the whole part of value x weight; the cents left over go, one each, to the
touches whose fraction was largest; among equal fractions, to the earlier touch. A negative
value is shared as its opposite, so a refund takes back exactly what the sale gave.
"""

from __future__ import annotations

import numpy as np

from headwater.attribution.arrays import Floats, Ints


def allocate(values: Ints, weights: Floats, lengths: Ints) -> Ints:
    """Return minor units per path row; each path's rows sum to its value, exactly.

    `values` and `lengths` (>= 1) have one entry per path; `weights` one per row of the
    paths laid end to end, summing to 1 within each path. |values| <= 2**53.
    """
    shares = np.zeros(weights.size, dtype=np.int64)
    starts = np.cumsum(lengths) - lengths
    by_length = np.argsort(lengths, kind="stable")
    # Paths of one length form a matrix, so each step is one call for all of them.
    edges = np.flatnonzero(np.diff(lengths[by_length], prepend=-1))
    for paths in np.split(by_length, edges[1:]):
        if not paths.size:
            continue
        length = int(lengths[paths[0]])
        if length == 1:
            shares[starts[paths]] = values[paths]
            continue
        rows = starts[paths][:, None] + np.arange(length)
        shares[rows] = _allocate_matrix(values[paths], weights[rows])
    return shares


def settle(targets: Floats, total: int) -> list[int]:
    """Return whole numbers near `targets` (which sum to about `total`) that sum to `total`.

    The ones left over go to the largest fractions, among equals to the earlier entry.
    """
    if not targets.size:
        return []
    # Noise of binary fractions must not decide between equals.
    tidy = np.round(targets, 6)
    whole = np.floor(tidy)
    settled = [int(number) for number in whole]
    left = total - sum(settled)
    if 0 <= left <= np.count_nonzero(tidy > whole):
        for place in np.argsort(whole - tidy, kind="stable")[:left].tolist():
            settled[place] += 1
    else:
        settled[int(np.argmax(np.abs(tidy)))] += left
    return settled


def _allocate_matrix(values: Ints, weights: Floats) -> Ints:
    sizes = np.abs(values)
    exact = weights * sizes[:, None]
    whole = np.floor(exact)
    shares: Ints = whole.astype(np.int64)
    left = sizes - shares.sum(axis=1)
    # A touch of weight 0 never gets a cent: its fraction of 0 comes after all others.
    usual = np.flatnonzero((left > 0) & (left <= np.count_nonzero(exact > whole, axis=1)))
    if usual.size:
        order = np.argsort(whole[usual] - exact[usual], axis=1, kind="stable")
        ranks = np.empty_like(order)
        np.put_along_axis(ranks, order, np.arange(weights.shape[1])[None, :], axis=1)
        shares[usual] += ranks < left[usual, None]
        left[usual] = 0
    # Near 2**53 the products themselves are rounded: a unit or two may be over or short.
    odd = np.flatnonzero(left)
    shares[odd, np.argmax(weights[odd], axis=1)] += left[odd]
    return np.where(values[:, None] < 0, -shares, shares)
