"""The marks `proposed` and `invented`: statements to the reader, checked to name keys that exist, and not kept."""

from django.utils.translation import gettext_lazy as _

from workflow.management.examples.nodes import Item


def check_marks(item: Item, keys: str) -> None:
    """A mark is true or false, or a list of the keys that it holds for."""
    if item.is_null:
        return
    if not item.is_list:
        item.flag()
        return
    for word in item.items():
        if (marked := word.text()) not in keys.split():
            word.refuse(_("unknown key “%(key)s”"), key=marked)
