// Words of the report that `specialise` writes.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

inline constexpr Message kReportTitle{"Report: {}", "보고서: {}"};
inline constexpr Message kReportWritten{
    "{} bytes, {:.1f} % of the original's {} at 16 bits; {:.2f} bits a weight, the whole file counted.",
    "{0}바이트, 원본(16비트) {2}바이트의 {1:.1f} %. 가중치당 {3:.2f}비트(파일 전체 기준)."};
inline constexpr Message kReportRefused{"**Not written.** {}", "**쓰지 않았습니다.** {}"};
inline constexpr Message kReportMadeOf{"Made of `{}` and `{}`.", "`{}`와(과) `{}`(으)로 만들었습니다."};
inline constexpr Message kReportJudgedBy{"Judged by {}; the model learned none of it and nothing was chosen by it.",
                                         "평가: {}. 학습과 선택에 쓰지 않은 자료입니다."};
inline constexpr Message kReportHeldOut{"{:.0f} % of the prompts, held out", "따로 남긴 질문 {:.0f} %"};
inline constexpr Message kReportStages{"Stages", "단계"};
inline constexpr Message kReportStageColumns{
    "| stage | bytes | bits a weight | tokens | right answers | 95 % interval | KL (nats) | tokens/s | took |",
    "| 단계 | 바이트 | 가중치당 비트 | 어휘 | 맞힌 답 | 95 % 구간 | KL (nat) | 토큰/초 | 걸린 시간 |"};
inline constexpr Message kReportOriginal{"original", "원본"};
inline constexpr Message kReportTuned{"tuned", "학습"};
inline constexpr Message kReportTrimmed{"vocabulary trimmed", "어휘 줄임"};
inline constexpr Message kReportShrunk{"shrunk", "줄임"};
inline constexpr Message kReportOtherSize{"another size", "다른 크기"};
inline constexpr Message kReportAnswers{"{:.1f} % ({} of {})", "{:.1f} % ({}/{})"};
inline constexpr Message kReportColumnsSay{
    "Right answers are of the task `{}`. KL is the mean divergence of the next token from the model before shrinking, "
    "in "
    "nats, as the file runs. Tokens/s: one sequence, this machine, beside whatever else ran.",
    "맞힌 답은 과제 `{}`에서 센 것입니다. KL은 줄이기 전 모델에 대한 다음 토큰의 평균 발산(nat)으로, 파일을 실제로 "
    "돌려 쟀습니다. 토큰/초는 이 기기에서 한 줄기로 잰 값입니다."};
inline constexpr Message kReportNoTask{"none counted", "없음"};
inline constexpr Message kReportLanguages{"Loss by language", "언어별 손실"};
inline constexpr Message kReportLanguagesSay{
    "Bits per byte of the answers (of running text, of all), by the language of the question; lower is better.",
    "질문의 언어별로 잰 답의 바이트당 비트(일반 글은 전체). 낮을수록 좋습니다."};
inline constexpr Message kReportLanguageColumns{"| stage | language | bits per byte | KL (nats) | examples | bytes |",
                                                "| 단계 | 언어 | 바이트당 비트 | KL (nat) | 예 | 바이트 |"};
inline constexpr Message kReportKorean{"Korean", "한국어"};
inline constexpr Message kReportEnglish{"English", "영어"};
inline constexpr Message kReportOther{"other", "기타"};
inline constexpr Message kReportTypes{"Types of the tensors", "텐서 형식"};
inline constexpr Message kReportTypeRow{"- {}: {} tensors, {} bytes", "- {}: 텐서 {}개, {}바이트"};
inline constexpr Message kReportRepair{
    "Repair took the mean KL from {:.5f} to {:.5f}, measured on the weights as they are stored.",
    "복구로 평균 KL이 {:.5f}에서 {:.5f}로 줄었습니다(저장되는 가중치로 잼)."};
inline constexpr Message kReportLicences{"Licences of the data", "자료의 사용 허가"};
inline constexpr Message kReportLicenceRow{"- {}: {}", "- {}: {}"};
inline constexpr Message kReportNoLicence{"no licence stated", "표시 없음"};
inline constexpr Message kReportNotes{"Remarks", "알림"};
inline constexpr Message kReportPictureTitle{"Size against loss", "크기와 손실"};
inline constexpr Message kReportPictureSize{"size of the file (logarithmic)", "파일 크기(로그)"};
inline constexpr Message kReportPictureLoss{"loss (bits per byte)", "손실(바이트당 비트)"};

}  // namespace ondol::msg
