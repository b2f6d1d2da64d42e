"""Parsing in processes of their own, so that a hostile file can end only its own parser.

The parser processes are started fresh rather than forked, because a fork of a process with
threads and torch in it may hang, and they are kept, because starting one costs more than most
files do. Nothing in them is trusted: what they say is data, checked against the dataclasses.
"""
