#include "tensor/quant/ot3.h"

#include "tensor/trellis_coding.h"

namespace ondol {

template struct TrellisType<OT3Code>;

}  // namespace ondol
