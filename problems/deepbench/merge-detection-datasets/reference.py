def merge_datasets(datasets: list[dict], classes: list[str], aliases: dict[str, str]) -> dict:
    images: list[dict] = []
    annotations: list[dict] = []
    labels = {name: label for label, name in enumerate(classes)}
    for dataset in datasets:
        new_ids = {}
        for image in dataset["images"]:
            new_ids[image["id"]] = len(images)
            images.append({"id": len(images), "file": image["file"]})
        names = {category["id"]: category["name"].strip().lower() for category in dataset["categories"]}
        for annotation in dataset["annotations"]:
            if annotation["image_id"] not in new_ids or annotation["category_id"] not in names:
                raise ValueError("an annotation names an unknown image or category")
            name = names[annotation["category_id"]]
            label = labels.get(aliases.get(name, name))
            if label is not None and min(annotation["bbox"][2:]) > 0:
                image_id = new_ids[annotation["image_id"]]
                annotations.append({"image_id": image_id, "label": label, "bbox": list(annotation["bbox"])})
    return {"images": images, "annotations": annotations}
