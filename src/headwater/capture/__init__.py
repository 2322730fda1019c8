"""Stage 1 of 5: reads files and requests, writes facts; start at `importers.run_import`.

`agents` says what a user agent is. `people` brings addresses and numbers into one form.
`importers` turns files of any kind into facts.
"""
