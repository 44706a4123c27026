#include "engine/portable_exp.h"

#include <cmath>

namespace ondol {

// e^x = 2^k e^r with k = round(x / ln 2) and |r| <= ln 2 / 2; e^r by its Taylor series to the 13th power, whose first
// left-out term is below 5e-18.  ln 2 is split in two so that k times its first part (33 bits) is exact.
// Source: Tang 1989 (Table-driven implementation of the exponential function), the reduction of section 2.
double portable_exp(double x) {
  if (!(x >= -708)) return 0;
  constexpr double kLn2High = 0x1.62e42feep-1;
  constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
  const double k = std::nearbyint(x * 0x1.71547652b82fep0);
  const double r = (x - k * kLn2High) - k * kLn2Low;
  double sum = 1;
  for (int i = 13; i >= 1; --i) sum = 1 + r * sum / i;
  return std::ldexp(sum, static_cast<int>(k));
}

}  // namespace ondol
