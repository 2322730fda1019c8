"""Reports as screens: a question read from the address, a table and charts drawn from it.

`asks` reads and writes addresses, `tables` and `charts` turn a report into what templates
show; each other module is one screen.
"""
