// exp for x <= 0, the same bits on every machine.
#pragma once

namespace ondol {

// e to the x within 2e-15 of the true value, relatively; 0 below -708 (where doubles become subnormal) and for NaN.
//   x   at most 0
double portable_exp(double x);

}  // namespace ondol
