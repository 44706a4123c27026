#include "tensor/quant/ot2_5.h"

#include "tensor/trellis_coding.h"

namespace ondol {

template struct TrellisType<OT2_5Code>;

}  // namespace ondol
