from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from workflow.flows.diagram import FLOWS, dot, svg


class Command(BaseCommand):
    help = "Draw a process from its declaration."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("flow", choices=sorted(FLOWS))
        parser.add_argument("--dot", action="store_true", help="Graphviz' language instead of SVG")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(dot(options["flow"]) if options["dot"] else svg(options["flow"]))
