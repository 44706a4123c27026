// The card in a specialist's metadata: what it measured when it was made, beside the licences that tuning records
// (ondol.data.*) and the schema of its answers (ondol.output.schema).
//
//   ondol.original_bytes             u64       the whole file at 16 bits, before trimming
//   ondol.card.task                  string    "exact", "choice", "json"; with the next three only where one was
//   counted ondol.card.questions             u32       that judged ondol.card.accuracy              f32[3]    share of
//   right answers: original, before shrinking, this file ondol.card.accuracy_interval     f32[2]    of this file, 95 %
//   ondol.card.kl                    f32       mean KL(before shrinking || this file), nats
//   ondol.card.languages             string[]  "ko", "en", "other"; with the next two only where text was held out
//   ondol.card.bits_per_byte         f32[]     of this file, by language
//   ondol.card.bits_per_byte_before  f32[]     before shrinking
#pragma once

#include "format/metadata.h"
#include "recipe/report.h"

namespace ondol {

// Writes the card of the report's last stage.  It takes the same bytes for other numbers of the same languages, so that
// it can be put in before they are known.
void set_card(Metadata& metadata, const SpecialiseReport& report);

}  // namespace ondol
