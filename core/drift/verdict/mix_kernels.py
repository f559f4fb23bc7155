"""The loops of what is told of one user, compiled by numba: `weight` and `alpha` are those of a `Prior`.

`names` are the categories of one user, and `counts` events in them.
"""

import math

import numpy as np
from numba import njit


@njit(cache=True)
def component_shares(weight, alpha, names, counts):
    """Posterior probability of each component of the prior given a state's counts, (n_components,)."""
    share = log_evidence(weight, alpha, names, counts)
    top, whole = share[0], 0.0
    for k in range(len(share)):
        top = max(top, share[k])
    for k in range(len(share)):
        share[k] = math.exp(share[k] - top)
        whole += share[k]
    for k in range(len(share)):
        share[k] /= whole
    return share


@njit(cache=True)
def log_evidence(weight, alpha, names, counts):
    """Log weight + log Dirichlet-multinomial of counts under each component, (n_components,)."""
    value, size = np.empty(len(weight)), total(counts)
    for k in range(len(value)):
        mass = total(alpha[k])
        value[k] = np.log(weight[k]) + math.lgamma(mass) - math.lgamma(mass + size)
        for c in range(len(counts)):
            if counts[c] > 0:
                base = alpha[k, names[c]]
                value[k] += math.lgamma(base + counts[c]) - math.lgamma(base)
    return value


@njit(cache=True)
def total(values):
    """Sum of values, one after the other."""
    out = 0.0
    for value in values:
        out += value
    return out


@njit(cache=True)
def mean_mix(weight, alpha, names, counts):
    """Posterior mean of the mix that counts were drawn from, (n_categories,)."""
    share = component_shares(weight, alpha, names, counts)
    out, size = np.zeros(alpha.shape[1]), total(counts)
    for k in range(len(share)):
        part = share[k] / (total(alpha[k]) + size)
        for c in range(len(out)):
            out[c] += part * alpha[k, c]
        for c in range(len(counts)):
            out[names[c]] += part * counts[c]
    return out


@njit(cache=True)
def lean_evidence(weight, alpha, names, counts, other, leans):
    """Log evidence of counts under a prior that leans to another mix by so many events, (len(leans),)."""
    out = np.empty(len(leans))
    for place in range(len(leans)):
        value = log_evidence(weight, alpha + leans[place] * other, names, counts)
        top = value.max()
        out[place] = top + math.log(np.exp(value - top).sum())
    return out


@njit(cache=True)
def ramp_evidence(likelihood, place, centres, width):
    """Logarithm of the sum over centres of a ramp of the history's likelihood.

    `likelihood` is that of each unit at each of some levels between both mixes, (n_units, n_levels).
    """
    steps = likelihood.shape[1] - 1
    totals = np.zeros(len(centres))
    for centre in range(len(centres)):
        for unit in range(len(place)):
            share = (place[unit] - centres[centre]) / width + 0.5
            totals[centre] += likelihood[unit, int(np.rint(min(1.0, max(0.0, share)) * steps))]
    top = totals.max()
    return top + math.log(np.exp(totals - top).sum())


@njit(cache=True)
def kept(fresh, begins, stays, chance, later):
    """Categories of events, (n_events,): fresh, as the one before, or with chance `later` as any of their session.

    `chance` is uniform: where it is below `later` it also says which.
    """
    out, first = fresh.copy(), 0
    for event in range(len(out)):
        if begins[event]:
            first = event
        elif stays[event]:
            out[event] = out[event - 1]
        elif chance[event] < later:
            out[event] = out[first + int(chance[event] / later * (event - first))]
    return out
