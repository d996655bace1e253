#!/usr/bin/env python
"""Django's command line for ShopCloud."""

import os
import sys

from django.core.management import execute_from_command_line

from shopcloud.lib.stack_room import with_stack_room

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopcloud.settings")
    with_stack_room(execute_from_command_line, sys.argv)
