"""The collector: takes events over HTTP and answers when they are durable.

A process of its own that knows neither the app's database nor the derived tables. A request
goes through `application` (HTTP), a protocol of `capture/protocols` (what it says), `steps`
(what is dropped and what is put in, each counted) and `intake` (one commit for many requests).
`supervising` keeps the processes alive; `server` is one of them; start at `application`.
"""
