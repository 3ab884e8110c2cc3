"""Greenfreight's planning library: electric urban freight under access rules, bays and charging.

It stands alone: no web, no database, no queue. ``python -m routing --help`` is its command line.
"""
