#include "tensor/quant/ot4.h"

#include "tensor/trellis_coding.h"

namespace ondol {

template struct TrellisType<OT4Code>;

}  // namespace ondol
