import pytest
import torch
from solution import parameter_groups
from torch import nn


def shapes(group):
    return [tuple(p.shape) for p in group["params"]]


def test_by_hand():
    model = nn.Sequential(nn.Embedding(7, 3), nn.Linear(3, 5), nn.LayerNorm(5), nn.Conv1d(5, 2, 1), nn.BatchNorm1d(2))
    decayed, spared = parameter_groups(model, 0.05)
    assert shapes(decayed) == [(5, 3), (2, 5, 1)]
    assert shapes(spared) == [(7, 3), (5,), (5,), (5,), (2,), (2,), (2,)]
    assert (decayed["weight_decay"], spared["weight_decay"]) == (0.05, 0.0)


def test_values_are_the_model_parameters():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 4))
    decayed, spared = parameter_groups(model, 0.1)
    for got, want in zip(decayed["params"], (model[0].weight, model[1].weight), strict=True):
        assert torch.equal(got, want)
    for got, want in zip(spared["params"], (model[0].bias, model[1].bias), strict=True):
        assert torch.equal(got, want)


def test_frozen_parameters_are_in_no_group():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 4), nn.Embedding(5, 6))
    model[0].weight.requires_grad_(False)
    model[1].bias.requires_grad_(False)
    model[2].weight.requires_grad_(False)
    decayed, spared = parameter_groups(model, 0.1)
    assert shapes(decayed) == [(4, 3)]
    assert shapes(spared) == [(3,)]


def test_a_tied_weight_is_listed_once_and_spared():
    embedding, head = nn.Embedding(6, 4), nn.Linear(4, 6, bias=False)
    head.weight = embedding.weight
    for model in (nn.Sequential(embedding, head), nn.Sequential(head, nn.Linear(6, 4), embedding)):
        decayed, spared = parameter_groups(model, 0.1)
        assert (6, 4) not in shapes(decayed)
        assert shapes(spared).count((6, 4)) == 1


def test_an_embedding_of_one_kind_alone():
    decayed, spared = parameter_groups(nn.Embedding(3, 2), 0.1)
    assert (shapes(decayed), shapes(spared)) == ([], [(3, 2)])
    decayed, spared = parameter_groups(nn.Linear(3, 2, bias=False), 0.1)
    assert (shapes(decayed), shapes(spared)) == ([(2, 3)], [])


def test_the_groups_do_for_an_optimiser():
    model = nn.Sequential(nn.Linear(3, 2), nn.LayerNorm(2))
    optimizer = torch.optim.AdamW(parameter_groups(model, 0.3), lr=0.1)
    assert [group["weight_decay"] for group in optimizer.param_groups] == pytest.approx([0.3, 0.0])
