"""Guidance beside a conversation: the steps that apply, what of them is done, what comes next."""
