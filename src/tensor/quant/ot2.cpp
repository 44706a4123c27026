#include "tensor/quant/ot2.h"

#include "tensor/trellis_coding.h"

namespace ondol {

template struct TrellisType<OT2Code>;

}  // namespace ondol
