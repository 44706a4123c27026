// The AVX-512 table of training, with bf16 products by AVX512_BF16; and the AMX table, the same with them by tiles.
#include "kernel/generic/make_training_kernels.h"
#include "kernel/isa/amx_bf16_gemm.h"
#include "kernel/isa/avx512.h"
#include "kernel/isa/tables.h"

namespace ondol {

constinit const TrainingKernels kAvx512TrainingKernels = make_training_kernels<Avx512>("avx512");

constinit const TrainingKernels kAmxTrainingKernels = [] {
  TrainingKernels kernels = make_training_kernels<Avx512>("amx");
  kernels.bf16 = {2 * kTileLines,           kStripColumns<Avx512>,       packed_bytes_matrix<Avx512>,
                  pack_rows_matrix<Avx512>, pack_columns_matrix<Avx512>, multiply_matrix<Avx512>};
  return kernels;
}();

}  // namespace ondol
