// Allocation: which type each tensor gets, so that a file stays within its bytes and loses least.
//
// Each tensor has choices of bytes and predicted loss, which add up over tensors.  Only choices on a tensor's lower
// convex hull are of use to the best mixtures; taken from cheap to dear in order of loss saved per byte they give the
// optimum for every budget that one of the steps meets (Everett 1963, generalized Lagrange multipliers; Shoham and
// Gersho 1988 for quantisers); what is left of the budget is filled with the steps that still fit.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ondol {

struct TypeChoice {
  int64_t size_bytes = 0;
  double loss = 0;  // predicted; of any unit, the same for all tensors
};

// For each tensor the index of its choice, or nothing when even the smallest choices take more than `budget_bytes`.
// Every tensor has at least one choice.
std::optional<std::vector<size_t>> allocate(std::span<const std::vector<TypeChoice>> tensors, int64_t budget_bytes);

}  // namespace ondol
