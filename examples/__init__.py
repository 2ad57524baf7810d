"""Worlds to run the system on. Never: anything the packages import."""
