"""The portal in a real browser: every page and state looked at, and each role's first task done.

Nothing here reaches into the application: what a person cannot do in a browser, these tests do not do.
"""
