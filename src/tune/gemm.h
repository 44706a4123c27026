// Matrix products of training: C = A B with any of the operands transposed, f32 sums, elements in f32 or rounded to
// bf16; the second operand may be a frozen matrix in its file's type, which is decoded strip by strip.
#pragma once

#include <vector>

#include "base/memory.h"
#include "base/thread_pool.h"
#include "kernel/training.h"
#include "tensor/tensor_view.h"

namespace ondol {

enum class Precision : uint8_t { kF32, kBf16 };

// Working memory of products, kept from one to the next.  Used by one product at a time.
class GemmScratch {
 public:
  uint8_t* at_least(int64_t size_bytes);  // 64-byte aligned

 private:
  std::vector<uint8_t> memory_;
};

// c[i, j] (+)= sum over k of a[i, k] b[k, j].    a [m, k], b [k, n], c [m, n] with rows c_stride apart; k >= 1
// The result of an element depends on its row of a and column of b only, not on m, n or the number of threads; in kF32
// it is the same bits on every CPU.  kBf16 rounds the elements of both (kernel/generic/train_gemm_bf16.h), and falls
// back to kF32 where this CPU has no bf16 products.
void multiply(ThreadPool& pool, Precision precision, int64_t m, int64_t n, int64_t k, const StridedMatrix& a,
              const StridedMatrix& b, float* c, int64_t c_stride, bool accumulate, GemmScratch& scratch);

// The same with b = w [n, k] transposed (`transposed`: y = x w^T), or w [k, n] as it is (dx = dy w); w is any tensor
// type, in file layout, row by row.
void multiply(ThreadPool& pool, Precision precision, int64_t m, const StridedMatrix& a, const TensorView& w,
              bool transposed, float* c, int64_t c_stride, bool accumulate, GemmScratch& scratch);

}  // namespace ondol
