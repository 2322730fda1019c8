"""Sites and their write keys, short links and promo codes: what people set up for capture.

Every change is published for the collector (`publishing`), which never opens this database.
"""
