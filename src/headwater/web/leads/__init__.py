"""Leads as screens: the list, one person's journey, and the raw facts under each touch."""
