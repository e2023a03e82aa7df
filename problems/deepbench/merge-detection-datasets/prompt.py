def merge_datasets(datasets: list[dict], classes: list[str], aliases: dict[str, str]) -> dict:
    """Merge COCO-like datasets, whose image and category ids clash, into one for training on ``classes``.

    A dataset has "images" (each {"id", "file"}), "categories" (each {"id", "name"}) and "annotations" (each
    {"image_id", "category_id", "bbox"}, bbox = [x, y, w, h]). Ids are unique within a dataset only.

    - Category names are compared in lower case, without white space at their ends. A name that, so treated, is a key of
      ``aliases`` stands for that entry's value. Categories that are then not in ``classes`` are dropped with their
      annotations.
    - Annotations with w <= 0 or h <= 0 are dropped.
    - All images are kept, also those without annotations: a detector learns from background too.

    Args:
        classes: lower-case names; a class's label is its position.
        aliases: lower-case names to members of ``classes``.

    Returns:
        {"images": [{"id", "file"}], "annotations": [{"image_id", "label", "bbox"}]}, both in the given order, dataset by
        dataset; image ids are 0, 1, 2, … The arguments are not changed.

    Raises:
        ValueError: if an annotation, even one that would be dropped, names an image or a category that its dataset does
            not have.
    """
