"""Project STAR, a real experiment on class size, replayed through vaults, transfers and private statistics.

Never: anything the packages import, or a person who can be named.
"""
