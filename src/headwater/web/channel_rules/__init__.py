"""The company's own channel rules as a screen: written, explained, previewed, saved.

A change goes into a draft (`drafts`), which belongs to one person's session and holds the text
of the whole file; nothing is applied until it is saved. `conditions` turns what is filled in
into a condition and back, `wording` says one in words, `moving` shows what the past would
become. Start at `views`.
"""
