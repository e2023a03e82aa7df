import copy
import random

import pytest
from solution import merge_datasets


def dataset(images, categories, annotations):
    return {
        "images": [{"id": i, "file": file} for i, file in images],
        "categories": [{"id": i, "name": name} for i, name in categories],
        "annotations": [{"image_id": i, "category_id": c, "bbox": list(b)} for i, c, b in annotations],
    }


def random_dataset(rng, prefix):
    names = rng.sample(["car", "Auto", " Person ", "dog", "pedestrian", "TRUCK", "tree"], 5)
    categories = list(zip(rng.sample(range(100), 5), names, strict=True))
    images = [(i, f"{prefix}{i}.jpg") for i in rng.sample(range(50), 4)]
    annotations = [
        (rng.choice(images)[0], rng.choice(categories)[0], [rng.randint(0, 9) for _ in range(4)]) for _ in range(12)
    ]
    return dataset(images, categories, annotations)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_every_annotation_finds_its_image_and_class(seed):
    rng = random.Random(seed)
    datasets = [random_dataset(rng, prefix) for prefix in "abc"]
    classes, aliases = ["truck", "person", "car"], {"auto": "car", "pedestrian": "person"}
    before = copy.deepcopy((datasets, classes, aliases))
    got = merge_datasets(datasets, classes, aliases)
    assert (datasets, classes, aliases) == before
    files = [image["file"] for one in datasets for image in one["images"]]
    assert got["images"] == [{"id": i, "file": file} for i, file in enumerate(files)]
    want = []
    means = {"car": 2, "auto": 2, "person": 1, "pedestrian": 1, "truck": 0, "dog": None, "tree": None}
    for one in datasets:
        for annotation in one["annotations"]:
            [file] = [image["file"] for image in one["images"] if image["id"] == annotation["image_id"]]
            [name] = [c["name"] for c in one["categories"] if c["id"] == annotation["category_id"]]
            _, _, w, h = annotation["bbox"]
            label = means[name.lower().strip()]
            if label is not None and w * h > 0:
                want.append((file, label, annotation["bbox"]))
    assert [(files[a["image_id"]], a["label"], a["bbox"]) for a in got["annotations"]] == want
    assert all(set(a) == {"image_id", "label", "bbox"} for a in got["annotations"])


def test_by_hand():
    first = dataset(
        [(7, "x.png"), (3, "y.png")], [(1, "Cat"), (2, "dog")], [(3, 1, [0, 0, 2, 2]), (7, 2, [1, 1, 5, 5])]
    )
    second = dataset([(3, "z.png")], [(1, "Dog "), (5, "kitten")], [(3, 5, [2, 3, 1, 1]), (3, 1, [4, 4, 1, 1])])
    assert merge_datasets([first, second], ["dog", "cat"], {"kitten": "cat"}) == {
        "images": [{"id": 0, "file": "x.png"}, {"id": 1, "file": "y.png"}, {"id": 2, "file": "z.png"}],
        "annotations": [
            {"image_id": 1, "label": 1, "bbox": [0, 0, 2, 2]},
            {"image_id": 0, "label": 0, "bbox": [1, 1, 5, 5]},
            {"image_id": 2, "label": 1, "bbox": [2, 3, 1, 1]},
            {"image_id": 2, "label": 0, "bbox": [4, 4, 1, 1]},
        ],
    }


def test_an_alias_goes_before_a_class():
    one = dataset([(0, "a")], [(0, "van"), (1, "car")], [(0, 0, [0, 0, 1, 1]), (0, 1, [0, 0, 1, 1])])
    got = merge_datasets([one], ["van", "car"], {"van": "car"})
    assert [a["label"] for a in got["annotations"]] == [1, 1]


def test_boxes_without_area_are_dropped():
    boxes = [[0, 0, 0, 5], [0, 0, 5, 0], [0, 0, -1, -1], [0, 0, 0.5, 0.5]]
    one = dataset([(0, "a")], [(0, "car")], [(0, 0, box) for box in boxes])
    got = merge_datasets([one], ["car"], {})
    assert [a["bbox"] for a in got["annotations"]] == [[0, 0, 0.5, 0.5]]
    assert len(got["images"]) == 1


def test_nothing_to_merge():
    assert merge_datasets([], ["car"], {}) == {"images": [], "annotations": []}


@pytest.mark.parametrize("annotation", [(9, 0, [0, 0, 1, 1]), (0, 9, [0, 0, 1, 1]), (9, 1, [0, 0, 0, 0])])
def test_unknown_ids_are_refused(annotation):
    other = dataset([(9, "b")], [(9, "car")], [])
    one = dataset([(0, "a")], [(0, "car"), (1, "tree")], [annotation])
    with pytest.raises(ValueError):
        merge_datasets([other, one], ["car"], {})
