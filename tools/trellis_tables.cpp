// Chooses the levels of a trellis code (src/tensor/trellis.h): the two tables that src/tensor/quant/ot*.h hold.
//
//   g++ -std=c++20 -O3 -march=native -ffast-math tools/trellis_tables.cpp -o trellis_tables
//   ./trellis_tables 4 2 64       # OT2: twice the bits, the reach, the largest level; OT2_5: 5 2 64, OT3: 6 1 64,
//                                 # OT4: 8 1 127
//
// Codes blocks of 32 Gaussian weights, moves every level to where the weights that chose it want it (the least squares
// of a sum of two tables), and again (Lloyd 1982).  That ends in whatever valley it began in, so it begins many times
// with few blocks and goes on with the best.  The last rounds choose a scale for every block, as the encoder does.
// Level 0 of both tables stays zero, so that a block of zero bits is a block of zeros.  Everything follows from one
// seed, but a sum rounded otherwise ends in other tables, as good: those in use came from g++ 12.2 on a CPU with AVX-512.
// OT2_5's are of another start, 0.8 % worse on Gaussian weights, because they hold blocks of equal weights better.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <vector>

namespace {

constexpr int kBlock = 32;
constexpr int kStarts = 150, kStartBlocks = 128, kStartRounds = 12;
constexpr int kFinalists = 5, kFinalistBlocks = 512, kFinalistRounds = 20;
constexpr int kBlocks = 2048, kRounds = 12;

// SplitMix64 (Steele et al. 2014) and the polar form of Box and Muller's normal numbers.
struct Random {
  uint64_t state;
  double uniform() {
    uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return static_cast<double>((z ^ z >> 31) >> 11) * 0x1p-53;
  }
  double normal() {
    const double u = 1 - uniform(), v = uniform();
    return std::sqrt(-2 * std::log(u)) * std::cos(6.283185307179586 * v);
  }
};

struct Code {
  int twice_bits, reach;
  double here[16] = {}, there[16] = {};

  int place(int i) const { return i * twice_bits / 2; }
  int step(int i) const { return place(i + 1) - place(i); }
  int reach_bits() const { return place(reach); }
  int n_windows() const { return 1 << (reach_bits() + 4); }
};

// The least squared error of a block of x, and the windows that reach it.
class Coder {
 public:
  explicit Coder(const Code& code) : code_(code), costs_((kBlock + 1) * static_cast<size_t>(code.n_windows())) {
    for (int w = 0; w < code.n_windows(); ++w) {
      levels_.push_back(static_cast<float>(code.here[w & 15] + code.there[w >> code.reach_bits()]));
    }
  }

  double encode(const float* x, int* windows) {
    run(x, kBlock / 2, -1);
    int window = cheapest(at(kBlock), 0, 1);
    for (int i = kBlock / 2; i < kBlock; ++i) window = follow(i, at(kBlock + kBlock / 2 - 1 - i), window);
    const int seam_states = code_.n_windows() >> code_.step(kBlock - 1), seam = window % seam_states;
    run(x, kBlock, seam);
    windows[0] = cheapest(at(kBlock), seam, seam_states);
    for (int i = 0; i + 1 < kBlock; ++i) windows[i + 1] = follow(i, at(kBlock - 1 - i), windows[i]);
    return at(kBlock)[windows[0]];
  }

 private:
  float* at(int k) { return costs_.data() + k * code_.n_windows(); }

  int cheapest(const float* costs, int first, int stride) const {
    int best = first;
    for (int w = first; w < code_.n_windows(); w += stride) best = costs[w] < costs[best] ? w : best;
    return best;
  }

  int follow(int i, const float* costs, int window) const {
    return cheapest(costs, window >> code_.step(i), code_.n_windows() >> code_.step(i));
  }

  void run(const float* x, int first, int seam) {
    const int n = code_.n_windows();
    std::fill_n(at(0), n, seam < 0 ? 0.0f : 1e30f);
    if (seam >= 0) at(0)[seam] = 0;
    for (int k = 0; k < kBlock; ++k) {
      const int i = (first + kBlock - 1 - k) % kBlock;
      switch (code_.step(i)) {
        case 2:
          advance<2>(at(k), x[i], at(k + 1));
          break;
        case 3:
          advance<3>(at(k), x[i], at(k + 1));
          break;
        default:
          advance<4>(at(k), x[i], at(k + 1));
      }
    }
  }

  // From the costs of the windows at weight i + 1 to those at i.
  template <int kStep>
  void advance(const float* __restrict before, float x, float* __restrict after) {
    const int n_states = code_.n_windows() >> kStep;
    float best[128];
    std::copy_n(before, n_states, best);
    for (int t = 1; t < 1 << kStep; ++t) {
      for (int u = 0; u < n_states; ++u) best[u] = std::min(best[u], before[t * n_states + u]);
    }
    for (int u = 0; u < n_states; ++u) std::fill_n(after + (u << kStep), 1 << kStep, best[u]);
    const float* __restrict levels = levels_.data();
    for (int w = 0; w < code_.n_windows(); ++w) after[w] += (x - levels[w]) * (x - levels[w]);
  }

  const Code& code_;
  std::vector<float> levels_, costs_;
};

// Sums for the levels that make the squared error least: unknowns 0..15 are `here`, 16..31 `there`.
struct LeastSquares {
  double matrix[32][32] = {}, right[32] = {};

  void add(const Code& code, const float* x, const int* windows, double weight) {
    for (int i = 0; i < kBlock; ++i) {
      const int a = windows[i] & 15, b = 16 + (windows[i] >> code.reach_bits());
      matrix[a][a] += weight;
      matrix[b][b] += weight;
      matrix[a][b] += weight;
      matrix[b][a] += weight;
      right[a] += weight * x[i];
      right[b] += weight * x[i];
    }
  }

  void solve(Code& code) {
    for (int i = 0; i < 32; ++i) matrix[i][i] += 1e-6 + 1e-6 * matrix[i][i];
    for (int zero : {0, 16}) {
      for (int i = 0; i < 32; ++i) matrix[zero][i] = matrix[i][zero] = 0;
      matrix[zero][zero] = 1;
      right[zero] = 0;
    }
    for (int i = 0; i < 32; ++i) {  // the matrix is positive definite: no pivots
      for (int k = i + 1; k < 32; ++k) {
        const double f = matrix[k][i] / matrix[i][i];
        for (int j = i; j < 32; ++j) matrix[k][j] -= f * matrix[i][j];
        right[k] -= f * right[i];
      }
    }
    for (int i = 31; i >= 0; --i) {
      for (int j = i + 1; j < 32; ++j) right[i] -= matrix[i][j] * right[j];
      right[i] /= matrix[i][i];
    }
    std::copy_n(right, 16, code.here);
    std::copy_n(right + 16, 16, code.there);
  }
};

// One round over blocks of 32; returns the mean squared error before it moves the levels (which it leaves if !moves).
double improve(Code& code, const std::vector<float>& x, bool chooses_scales, bool moves) {
  Coder coder(code);
  LeastSquares sums;
  double error = 0;
  for (size_t at = 0; at < x.size(); at += kBlock) {
    double energy = 0;
    for (int i = 0; i < kBlock; ++i) energy += static_cast<double>(x[at + i]) * x[at + i];
    const double middle = std::round(8 * std::log2(std::sqrt(energy / kBlock)));
    double least = std::numeric_limits<double>::infinity(), least_scale = 1;
    int least_windows[kBlock];
    float least_scaled[kBlock];
    for (int k = chooses_scales ? -4 : 0; k <= (chooses_scales ? 4 : 0); ++k) {
      const double scale = chooses_scales ? std::exp2((middle + k) / 8) : 1;
      float scaled[kBlock];
      int windows[kBlock];
      for (int i = 0; i < kBlock; ++i) scaled[i] = static_cast<float>(x[at + i] / scale);
      const double cost = coder.encode(scaled, windows) * scale * scale;
      if (!(cost < least)) continue;
      least = cost;
      least_scale = scale;
      std::copy_n(windows, kBlock, least_windows);
      std::copy_n(scaled, kBlock, least_scaled);
    }
    error += least;
    sums.add(code, least_scaled, least_windows, least_scale * least_scale);
  }
  if (moves) sums.solve(code);
  return error / static_cast<double>(x.size());
}

std::vector<float> normal_blocks(Random& random, int n_blocks) {
  std::vector<float> x(static_cast<size_t>(n_blocks) * kBlock);
  for (float& value : x) value = static_cast<float>(random.normal());
  return x;
}

struct Trial {
  double error;
  Code code;
};

Trial settle(Code code, const std::vector<float>& x, int n_rounds, bool chooses_scales) {
  for (int round = 0; round < n_rounds; ++round) improve(code, x, chooses_scales, true);
  return {improve(code, x, chooses_scales, false), code};
}

Code choose(const Code& empty, Random random) {
  const auto by_error = [](const Trial& a, const Trial& b) { return a.error < b.error; };
  std::vector<Trial> trials;
  const auto few = normal_blocks(random, kStartBlocks);
  for (int start = 0; start < kStarts; ++start) {
    Code code = empty;
    for (int n = 1; n < 16; ++n) {
      code.here[n] = 0.75 * random.normal();
      code.there[n] = 0.6 * random.normal();
    }
    trials.push_back(settle(code, few, kStartRounds, false));
  }
  std::sort(trials.begin(), trials.end(), by_error);
  trials.resize(kFinalists);
  const auto more = normal_blocks(random, kFinalistBlocks);
  for (Trial& trial : trials) trial = settle(trial.code, more, kFinalistRounds, false);
  const Trial best = *std::min_element(trials.begin(), trials.end(), by_error);
  const Trial settled = settle(best.code, normal_blocks(random, kBlocks), kRounds, true);
  Code code = settled.code;
  std::printf("one scale %.5f, a scale for each block %.5f, on other blocks %.5f\n", best.error, settled.error,
              improve(code, normal_blocks(random, kBlocks), true, false));
  return settled.code;
}

void print(const Code& code, double largest_level) {
  double largest = 0;
  for (int a = 0; a < 16; ++a) {
    for (int b = 0; b < 16; ++b) largest = std::max(largest, std::fabs(code.here[a] + code.there[b]));
  }
  const double unit = (largest_level - 0.5) / largest;
  std::printf("kSpread = %.1f\n", unit);
  for (const auto& [name, table] : {std::pair{"kHere", code.here}, std::pair{"kThere", code.there}}) {
    std::printf("%s = {", name);
    for (int n = 0; n < 16; ++n) std::printf("%s%ld", n > 0 ? ", " : "", std::lround(table[n] * unit));
    std::printf("}\n");
  }
}

}  // namespace

int main(int n_args, char** args) {
  if (n_args != 4) {
    std::fprintf(stderr, "usage: trellis_tables TWICE_BITS REACH LARGEST_LEVEL\n");
    return 2;
  }
  const Code empty{std::atoi(args[1]), std::atoi(args[2])};
  print(choose(empty, Random{static_cast<uint64_t>(empty.twice_bits)}), std::atof(args[3]));
}
