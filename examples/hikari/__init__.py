"""ひかり市: an invented Japanese city, generated from a seed, for the portal and for everything STAR does not contain.

No person in it exists. Never: a back door; all of it enters through the public intake, as files.
"""
