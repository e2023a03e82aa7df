def merge_datasets(datasets: list[dict], classes: list[str], aliases: dict[str, str]) -> dict:
    label_of_name = {}
    for label, name in enumerate(classes):
        label_of_name.setdefault(name, label)

    images, annotations = [], []
    for dataset in datasets:
        new_ids = {}
        for image in dataset["images"]:
            new_ids[image["id"]] = len(images)
            images.append({"id": len(images), "file": image["file"]})

        labels = {}  # category id to label, None if the category is dropped
        for category in dataset["categories"]:
            name = category["name"].strip().lower()
            labels[category["id"]] = label_of_name.get(aliases.get(name, name))

        for annotation in dataset["annotations"]:
            if annotation["image_id"] not in new_ids:
                raise ValueError(f"unknown image {annotation['image_id']!r}")
            if annotation["category_id"] not in labels:
                raise ValueError(f"unknown category {annotation['category_id']!r}")
            label = labels[annotation["category_id"]]
            x, y, w, h = annotation["bbox"]
            if label is None or w <= 0 or h <= 0:
                continue
            annotations.append({"image_id": new_ids[annotation["image_id"]], "label": label, "bbox": [x, y, w, h]})
    return {"images": images, "annotations": annotations}
