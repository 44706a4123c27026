// Words that the report's table and its picture share.
#pragma once

#include "recipe/report.h"
#include "recipe/report_messages.h"

namespace ondol {

inline std::string_view word_of(ReportStage stage) {
  switch (stage) {
    case ReportStage::kOriginal:
      return msg::kReportOriginal.text();
    case ReportStage::kTuned:
      return msg::kReportTuned.text();
    case ReportStage::kTrimmed:
      return msg::kReportTrimmed.text();
    case ReportStage::kShrunk:
      return msg::kReportShrunk.text();
    case ReportStage::kOtherSize:
      break;
  }
  return msg::kReportOtherSize.text();
}

inline std::string_view word_of(FieldLanguage language) {
  switch (language) {
    case FieldLanguage::kKorean:
      return msg::kReportKorean.text();
    case FieldLanguage::kEnglish:
      return msg::kReportEnglish.text();
    case FieldLanguage::kOther:
      break;
  }
  return msg::kReportOther.text();
}

}  // namespace ondol
