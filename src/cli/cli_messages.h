// Texts of the floor `cli`: help pages, remarks and errors of the command line.
#pragma once

#include "base/messages.h"

namespace ondol::msg {

// Help pages
inline constexpr Message kOverviewTitle{
    "Ondol runs small language models on your own device: offline, private, in Korean and English.",
    "온돌은 작은 언어 모델을 내 기기에서 바로 돌립니다. 인터넷이 필요 없고, 글이 밖으로 나가지 않습니다."};
inline constexpr Message kOverviewUsage{"ondol COMMAND [ARGUMENTS]", "ondol 명령 [인자]"};
inline constexpr Message kOverviewExample{
    "ondol run models/ondol-ko-tiny.gguf \"오늘 기분이 좋아\"     one answer\n"
    "ondol run models/ondol-ko-tiny.gguf                       a chat\n"
    "ondol show models/ondol-ko-tiny.gguf                      what the file holds\n"
    "ondol COMMAND --help                                      more about a command",
    "ondol run models/ondol-ko-tiny.gguf \"오늘 기분이 좋아\"     한 번 묻고 답 듣기\n"
    "ondol run models/ondol-ko-tiny.gguf                       대화하기\n"
    "ondol show models/ondol-ko-tiny.gguf                      파일에 무엇이 들었는지 보기\n"
    "ondol 명령 --help                                         명령별 도움말"};
inline constexpr Message kUsageHeading{"Usage", "사용법"};
inline constexpr Message kCommandsHeading{"Commands", "명령"};
inline constexpr Message kOptionsHeading{"Options", "옵션"};
inline constexpr Message kExampleHeading{"Examples", "예"};
inline constexpr Message kOptionsPlaceholder{"[OPTIONS]", "[옵션]"};
inline constexpr Message kHelpOption{"show this page", "이 도움말을 보여 줍니다"};
inline constexpr Message kVersionOption{"show the version", "버전을 보여 줍니다"};
inline constexpr Message kLangOption{"language of texts: en or ko (else LANG decides)",
                                     "안내 언어: en 또는 ko (없으면 LANG을 따릅니다)"};
inline constexpr Message kQuietOption{"no progress and no remarks", "진행 상황과 안내를 보여 주지 않습니다"};
inline constexpr Message kJsonOption{"print JSON", "JSON으로 출력합니다"};
inline constexpr Message kThreadsOption{"threads to use (default: every core this process may use)",
                                        "사용할 스레드 수 (기본: 쓸 수 있는 코어 전부)"};
inline constexpr Message kModelArgument{"model file", "모델 파일"};
inline constexpr Message kLowMemoryOption{
    "leave weights in the mapped file and repack them for every product: slower, same results, little memory of its "
    "own",
    "가중치를 파일에 둔 채 곱할 때마다 재배치합니다. 느리지만 결과는 같고 메모리를 거의 쓰지 않습니다"};

// Errors of usage.  The last {} is a hint.
inline constexpr Message kSeeHelp{"see `{}`", "`{}`를 보세요"};
inline constexpr Message kDidYouMean{"did you mean {}?", "혹시 {}인가요?"};
inline constexpr Message kUnknownCommand{"unknown command: {}; {}", "없는 명령입니다: {}; {}"};
inline constexpr Message kUnknownOption{"unknown option: {}; {}", "없는 옵션입니다: {}; {}"};
inline constexpr Message kUnexpectedArgument{"unexpected argument: {}; {}", "남는 인자가 있습니다: {}; {}"};
inline constexpr Message kMissingArgument{"missing argument: {}; {}", "필요한 인자가 없습니다: {}; {}"};
inline constexpr Message kBadValue{"not a value this option takes: {}; {}", "이 옵션에 쓸 수 없는 값입니다: {}; {}"};
inline constexpr Message kMissingValue{"a value is missing after {}; {}", "{} 뒤에 값이 없습니다; {}"};
inline constexpr Message kBadArguments{"bad arguments: {}; {}", "인자가 잘못되었습니다: {}; {}"};
inline constexpr Message kUnknownLanguage{"unknown language: {} (expected en or ko); {}",
                                          "모르는 언어입니다: {} (en이나 ko여야 합니다); {}"};
inline constexpr Message kNumberOutOfRange{"{} {}: expected {} to {}", "{} {}: {}에서 {} 사이여야 합니다"};
inline constexpr Message kOutOfRange{"{}: {} is out of range (expected {})",
                                     "{}: {}은(는) 범위를 벗어납니다 ({}이어야 합니다)"};
inline constexpr Message kNotByteCount{"{} {}: expected bytes like 600M, 1.5GB or 512MiB",
                                       "{} {}: 600M, 1.5GB, 512MiB 같은 바이트 수여야 합니다"};
inline constexpr Message kNotOneOf{"{}: unknown value {} (expected {})",
                                   "{}: 모르는 값 {}입니다 ({} 중 하나여야 합니다)"};

// Errors while working
inline constexpr Message kCannotWriteAnswer{"cannot write standard output: {}", "표준 출력에 쓸 수 없습니다: {}"};
inline constexpr Message kCannotReadInput{"cannot read standard input: {}", "표준 입력을 읽을 수 없습니다: {}"};
inline constexpr Message kInputTooLong{"{}: longer than {} bytes", "{}: {}바이트를 넘습니다"};
inline constexpr Message kStandardInput{"standard input", "표준 입력"};
inline constexpr Message kOutOfMemory{"out of memory", "메모리가 모자랍니다"};
inline constexpr Message kUnexpected{"unexpected failure: {}", "예상하지 못한 오류입니다: {}"};
inline constexpr Message kBadTokenIds{"{}: not a list of token ids (expected numbers separated by commas or spaces)",
                                      "{}: 토큰 번호 목록이 아닙니다 (쉼표나 빈칸으로 나눈 숫자여야 합니다)"};
inline constexpr Message kNoTokenIds{"no token ids given", "토큰 번호가 없습니다"};
inline constexpr Message kNoSuchTokenId{"token id {} is outside the vocabulary (0 to {})",
                                        "토큰 번호 {}은(는) 어휘(0부터 {}까지)에 없습니다"};

// show
inline constexpr Message kShowSummary{"show what a model file holds", "모델 파일에 무엇이 들었는지 보여 줍니다"};
inline constexpr Message kShowModelArgument{"GGUF or safetensors file, or a folder that holds model.safetensors",
                                            "GGUF나 safetensors 파일, 또는 model.safetensors가 든 폴더"};
inline constexpr Message kShowModel{"Model", "모델"};
inline constexpr Message kShowName{"name", "이름"};
inline constexpr Message kShowFormat{"format", "형식"};
inline constexpr Message kShowArchitecture{"architecture", "구조"};
inline constexpr Message kShowProblem{"cannot run", "실행 불가"};
inline constexpr Message kShowParameters{"parameters", "매개변수"};
inline constexpr Message kShowSize{"weights", "가중치"};
inline constexpr Message kShowSizeValue{"{} ({:.2f} bits per weight)", "{} (가중치당 {:.2f}비트)"};
inline constexpr Message kShowTypes{"types", "형식별"};
inline constexpr Message kShowReadBy{"read by", "읽는 프로그램"};
inline constexpr Message kShowOnlyOndol{"Ondol only; for others: ondol import --type TYPE --layout file",
                                        "Ondol만. 다른 프로그램용으로 바꾸려면 ondol import --type 형식 --layout file"};
inline constexpr Message kShowContext{"context", "컨텍스트"};
inline constexpr Message kShowContextValue{"{} tokens", "{}토큰"};
inline constexpr Message kShowLicence{"licence", "라이선스"};
inline constexpr Message kShowNotSaid{"not stated", "적혀 있지 않음"};
inline constexpr Message kShowTokenizer{"Tokenizer", "토크나이저"};
inline constexpr Message kShowTokenizerModel{"model", "종류"};
inline constexpr Message kShowPreTokenizer{"pre-tokenizer", "전처리"};
inline constexpr Message kShowVocabulary{"vocabulary", "어휘"};
inline constexpr Message kShowVocabularyValue{"{} tokens", "{}토큰"};
inline constexpr Message kShowSpecialTokens{"special tokens", "특수 토큰"};
inline constexpr Message kShowAddsBos{"adds BOS", "BOS 붙임"};
inline constexpr Message kShowKorean{"Korean", "한국어"};
inline constexpr Message kShowKoreanValue{"{:.2f} tokens per character", "글자당 {:.2f}토큰"};
inline constexpr Message kShowNoTokenizer{"the file holds none", "이 파일에는 없습니다"};
inline constexpr Message kShowMetadata{"Metadata ({})", "메타데이터 ({}개)"};
inline constexpr Message kShowTensors{"Tensors ({})", "텐서 ({}개)"};
inline constexpr Message kShowTensorName{"name", "이름"};
inline constexpr Message kShowTensorType{"type", "형식"};
inline constexpr Message kShowTensorLayout{"layout", "배치"};
inline constexpr Message kShowTensorShape{"shape", "크기"};
inline constexpr Message kShowTensorBytes{"bytes", "바이트"};
inline constexpr Message kYes{"yes", "예"};
inline constexpr Message kNo{"no", "아니요"};

// tokenize
inline constexpr Message kTokenizeSummary{"turn text into token ids, or back", "글을 토큰 번호로 바꾸거나 되돌립니다"};
inline constexpr Message kTokenizeTextArgument{
    "the text (default: standard input); put -- before a text that begins with -",
    "글 (없으면 표준 입력). -로 시작하는 글 앞에는 --를 쓰세요"};
inline constexpr Message kDecodeOption{"turn ids (\"1 2 3\" or a JSON list) into text",
                                       "번호(\"1 2 3\"이나 JSON 목록)를 글로 되돌립니다"};
inline constexpr Message kBosOption{"put the BOS token in front", "맨 앞에 BOS 토큰을 붙입니다"};
inline constexpr Message kSpecialOption{
    "read (with --decode: write) special tokens as tokens, not as plain text",
    "특수 토큰을 글자가 아니라 토큰으로 읽습니다 (--decode에서는 글로 보여 줍니다)"};

// logits
inline constexpr Message kLogitsSummary{"show what a model expects after each token",
                                        "토큰마다 모델이 다음에 무엇을 예상하는지 보여 줍니다"};
inline constexpr Message kTokensOption{"token ids, used as given (no BOS is added)",
                                       "토큰 번호. 그대로 씁니다 (BOS를 붙이지 않습니다)"};
inline constexpr Message kExactOption{"compute with weights decoded to f32 and nothing quantised on the way; slow",
                                      "가중치를 f32로 풀고 도중에 아무것도 양자화하지 않고 계산합니다. 느립니다"};
inline constexpr Message kTopOption{"tokens to show per position (default 5)", "위치마다 보여 줄 토큰 수 (기본 5)"};
inline constexpr Message kLogitsPosition{"position", "위치"};
inline constexpr Message kLogitsToken{"token", "토큰"};
inline constexpr Message kLogitsNext{"likely next tokens (probability)", "다음에 올 만한 토큰 (확률)"};

// eval
inline constexpr Message kEvalSummary{"measure how well a model predicts a text",
                                      "모델이 글을 얼마나 잘 예측하는지 잽니다"};
inline constexpr Message kEvalTextArgument{"text file (UTF-8), used as it is; - is standard input",
                                           "글 파일(UTF-8). 있는 그대로 씁니다. -는 표준 입력"};
inline constexpr Message kWindowOption{"tokens per window (default: the model's context, at most 512)",
                                       "한 번에 읽는 토큰 수 (기본: 모델의 컨텍스트, 많아도 512)"};
inline constexpr Message kAgainstOption{
    "compare with this reference model: KL divergence and agreement of the likeliest token",
    "기준 모델과 비교합니다: KL 발산, 가장 그럴듯한 토큰의 일치율"};
inline constexpr Message kEvalKvOption{"KV cache: f32 (exact, default; with --task f16), f16, q8_0 or q4_0",
                                       "KV 캐시: f32(정확, 기본. --task에서는 f16), f16, q8_0, q4_0"};
inline constexpr Message kEvalPerplexity{"perplexity", "퍼플렉시티"};
inline constexpr Message kEvalReferencePerplexity{"  of the reference", "  기준 모델"};
inline constexpr Message kEvalBitsPerByte{"bits per byte", "바이트당 비트"};
inline constexpr Message kEvalText{"text", "글"};
inline constexpr Message kEvalTextValue{"{} tokens, {} bytes", "{}토큰, {}바이트"};
inline constexpr Message kEvalWindows{"windows", "창"};
inline constexpr Message kEvalWindowsValue{"{} of {} tokens, {}, KV cache {}", "{}개, 한 창에 {}토큰, {}, KV 캐시 {}"};
inline constexpr Message kEvalWithBos{"each after BOS", "창마다 BOS로 시작"};
inline constexpr Message kEvalWithoutBos{"no BOS", "BOS 없음"};
inline constexpr Message kEvalKl{"KL divergence", "KL 발산"};
inline constexpr Message kEvalKlValue{"{} ± {} nats (mean)", "{} ± {} nat (평균)"};
inline constexpr Message kEvalKlMedian{"  median", "  중앙값"};
inline constexpr Message kEvalKlP99{"  99th percentile", "  99백분위"};
inline constexpr Message kEvalKlMax{"  largest", "  최댓값"};
inline constexpr Message kEvalTop1{"top-1 agreement", "최상위 일치율"};
inline constexpr Message kEvalPositions{"positions", "위치"};
inline constexpr Message kMeasuring{"measuring", "재는 중"};

// import
inline constexpr Message kImportSummary{"turn a model into a GGUF file", "모델을 GGUF 파일로 바꿉니다"};
inline constexpr Message kImportSourceArgument{"Hugging Face folder, GGUF file, or llama2.c checkpoint (.bin)",
                                               "Hugging Face 폴더, GGUF 파일, 또는 llama2.c 체크포인트(.bin)"};
inline constexpr Message kOutputOption{"the file to write", "쓸 파일"};
inline constexpr Message kTokenizerOption{"tokenizer file, for a checkpoint without one",
                                          "토크나이저 파일 (체크포인트에 없을 때)"};
inline constexpr Message kTypeOption{"type of the weight matrices (default: as in the source): {}",
                                     "가중치 행렬의 형식 (기본: 원본 그대로): {}"};
inline constexpr Message kLayoutOption{
    "order of the weights: run, which Ondol maps and uses at once, or file, which every program reads (default: as in "
    "the source)",
    "가중치를 늘어놓는 순서. run은 온돌이 그대로 펼쳐 바로 쓰고, file은 어느 프로그램이나 읽습니다 (기본: 원본 "
    "그대로)"};
inline constexpr Message kForceOption{"replace the output file if it exists", "출력 파일이 있으면 바꿔 씁니다"};
inline constexpr Message kImported{"{}: {} tensors, {}", "{}: 텐서 {}개, {}"};
inline constexpr Message kWriting{"writing {}", "{} 쓰는 중"};

// run
inline constexpr Message kRunSummary{"ask a model once, or chat with it", "모델에게 한 번 묻거나 대화합니다"};
inline constexpr Message kRunPromptArgument{
    "the prompt; without one, text piped in is the prompt, and on a terminal a chat begins",
    "프롬프트. 없으면 파이프로 들어온 글을 쓰고, 터미널에서는 대화를 시작합니다"};
inline constexpr Message kPredictOption{"tokens to generate at most (default: until the answer ends)",
                                        "만들 토큰 수의 한도 (기본: 답이 끝날 때까지)"};
inline constexpr Message kContextOption{"context length in tokens (default: the model's, at most 4096)",
                                        "컨텍스트 길이(토큰) (기본: 모델의 길이, 많아도 4096)"};
inline constexpr Message kFileOption{"read the prompt from a file", "프롬프트를 파일에서 읽습니다"};
inline constexpr Message kTempOption{
    "temperature; 0 always takes the likeliest token (default 0.8, or 0 where a schema stored in the file is obeyed)",
    "온도. 0이면 늘 가장 그럴듯한 토큰을 고릅니다 (기본 0.8, 파일에 든 스키마를 따를 때는 0)"};
inline constexpr Message kTopKOption{"keep the k likeliest tokens; 0 is off (default 40)",
                                     "가장 그럴듯한 토큰 k개만 남깁니다. 0은 끔 (기본 40)"};
inline constexpr Message kTopPOption{"keep the likeliest tokens up to probability p; 1 is off (default 0.95)",
                                     "확률 합이 p가 될 때까지 남깁니다. 1은 끔 (기본 0.95)"};
inline constexpr Message kMinPOption{"drop tokens below p times the likeliest; 0 is off (default 0.05)",
                                     "가장 그럴듯한 토큰의 p배가 안 되면 버립니다. 0은 끔 (기본 0.05)"};
inline constexpr Message kRepeatPenaltyOption{"make recent tokens less likely; 1 is off (default 1)",
                                              "최근에 나온 토큰을 덜 고릅니다. 1은 끔 (기본 1)"};
inline constexpr Message kSeedOption{"seed of the dice (default: a random one, shown at the end)",
                                     "난수 씨앗 (기본: 무작위, 끝에 보여 줍니다)"};
inline constexpr Message kStopOption{"end the answer before this text (may be repeated)",
                                     "이 글이 나오기 전에 답을 끝냅니다 (여러 번 가능)"};
inline constexpr Message kSystemOption{"system message of the chat", "대화의 시스템 메시지"};
inline constexpr Message kRawOption{"no chat template and no normalisation: continue the text",
                                    "템플릿도 정규화도 없이 글을 그대로 이어 씁니다"};
inline constexpr Message kChatTemplateOption{"chat template: a file, or one of {}",
                                             "대화 템플릿: 파일, 또는 다음 중 하나: {}"};
inline constexpr Message kTemplateVariablesOption{"JSON object of variables for the chat template",
                                                  "대화 템플릿에 줄 변수(JSON 객체)"};
inline constexpr Message kToolsOption{"JSON list of functions the model may call",
                                      "모델이 부를 수 있는 함수 목록(JSON)"};
inline constexpr Message kHideThinkingOption{"do not show what a model thinks before it answers",
                                             "모델이 답하기 전에 생각하는 부분을 보여 주지 않습니다"};
inline constexpr Message kToolsWithRaw{"--tools has no effect with --raw; leave one of them out",
                                       "--raw와 --tools는 함께 쓸 수 없습니다. 하나를 빼세요"};
inline constexpr Message kToolsNeedTemplate{
    "--tools has no effect here: the model has no chat template; choose one with --chat-template ({})",
    "--tools를 쓸 수 없습니다. 이 모델에는 대화 템플릿이 없습니다. --chat-template으로 고르세요 ({})"};
inline constexpr Message kTemplateWithoutTools{
    "--tools has no effect here: the chat template knows no tools; choose another with --chat-template",
    "--tools를 쓸 수 없습니다. 이 대화 템플릿은 도구를 모릅니다. --chat-template으로 다른 것을 고르세요"};
inline constexpr Message kKvTypeOption{"KV cache: f16 (default), q8_0, q4_0 or f32 (exact)",
                                       "KV 캐시: f16(기본), q8_0, q4_0, f32(정확)"};
inline constexpr Message kRunJsonOption{"print one JSON object instead of streaming",
                                        "바로 흘려 보내지 않고 JSON 하나로 출력합니다"};
inline constexpr Message kPromptCacheOption{
    "keep what was read and written in this folder, at most 1 GiB: a text that begins alike starts at once, also later",
    "읽고 쓴 내용을 이 폴더에 많아도 1 GiB까지 보관합니다. 앞부분이 같은 글은 나중에도 바로 시작합니다"};
inline constexpr Message kPromptCacheNotSaved{"the prompt cache was not written: {}",
                                              "프롬프트 캐시를 쓰지 못했습니다: {}"};
inline constexpr Message kPromptCacheRefused{
    "{} file(s) of the prompt cache were not used: damaged, or not what their names say",
    "프롬프트 캐시의 파일 {}개를 쓰지 않았습니다. 손상되었거나 이름과 내용이 다릅니다"};
inline constexpr Message kPromptTwice{"give the prompt either as an argument or with -f",
                                      "프롬프트는 인자와 -f 중 하나로만 주세요"};
inline constexpr Message kJsonNeedsPrompt{"--json needs a prompt", "--json에는 프롬프트가 필요합니다"};
inline constexpr Message kSystemNeedsTemplate{
    "--system has no effect here: the model has no chat template; choose one with --chat-template ({})",
    "--system을 쓸 수 없습니다. 이 모델에는 대화 템플릿이 없습니다. --chat-template으로 고르세요 ({})"};
inline constexpr Message kSystemWithRaw{"--system has no effect with --raw; leave one of them out",
                                        "--raw와 --system은 함께 쓸 수 없습니다. 하나를 빼세요"};
inline constexpr Message kTemplateWithRaw{"--chat-template has no effect with --raw; leave one of them out",
                                          "--raw와 --chat-template은 함께 쓸 수 없습니다. 하나를 빼세요"};
inline constexpr Message kReplacedBytes{"{} invalid UTF-8 sequence(s) in the prompt replaced by U+FFFD",
                                        "프롬프트에서 잘못된 UTF-8 {}곳을 U+FFFD로 바꿨습니다"};
inline constexpr Message kStats{
    "prompt {} tokens, {} of them cached ({:.1f}/s), answer {} tokens ({:.1f}/s), {}, seed {}",
    "프롬프트 {}토큰 가운데 캐시에서 {}토큰(초당 {:.1f}), 답 {}토큰(초당 {:.1f}), {}, 씨앗 {}"};
inline constexpr Message kFinishStop{"ended by itself", "스스로 끝냄"};
inline constexpr Message kFinishLength{"cut at the length limit", "길이 한도에서 잘림"};
inline constexpr Message kFinishInterrupted{"stopped by Ctrl-C", "Ctrl-C로 멈춤"};
inline constexpr Message kReadingPrompt{"reading the prompt", "프롬프트 읽는 중"};

// render
inline constexpr Message kRenderSummary{"show the prompt a chat template makes",
                                        "대화 템플릿이 만드는 프롬프트를 보여 줍니다"};
inline constexpr Message kRenderTemplateOption{"Jinja file, or one of {}", "Jinja 파일, 또는 다음 중 하나: {}"};
inline constexpr Message kRenderModelOption{"take the template of this model", "이 모델의 템플릿을 씁니다"};
inline constexpr Message kRenderContextOption{
    "JSON object the template reads, with \"messages\"; - is standard input (default: one short conversation)",
    "템플릿이 읽을 JSON 객체(\"messages\" 포함). -는 표준 입력 (기본: 짧은 대화 하나)"};
inline constexpr Message kGenerationPromptOption{"end with the opening of the assistant's turn",
                                                 "모델이 답할 차례를 여는 글로 끝냅니다"};
inline constexpr Message kRenderNoTemplate{"{}: the model has no chat template; name one with --template ({})",
                                           "{}: 모델에 대화 템플릿이 없습니다. --template으로 고르세요 ({})"};
inline constexpr Message kRenderWhich{"give either --template or -m", "--template과 -m 중 하나만 주세요"};
inline constexpr Message kNoSuchTemplate{"{}: no such file, and no built-in template of that name ({})",
                                         "{}: 그런 파일이 없고, 그 이름의 내장 템플릿도 없습니다 ({})"};

// the chat
inline constexpr Message kChatBanner{"Chat with {}.  /help shows the commands, Ctrl-D ends.",
                                     "{} 모델과 대화합니다. /help는 명령 목록, Ctrl-D는 끝내기입니다."};
inline constexpr Message kCompleteBanner{
    "{} has no chat template: it continues what you type, each line on its own.  Ctrl-D ends.",
    "{}에는 대화 템플릿이 없어 입력한 글을 한 줄씩 이어 씁니다. Ctrl-D는 끝내기입니다."};
inline constexpr Message kChatHelp{
    "/help          this list\n"
    "/reset         forget the conversation\n"
    "/system TEXT   set the system message and start anew; without TEXT, none\n"
    "/stats         tokens and speed of the last answer\n"
    "/exit          end (Ctrl-D does too)\n"
    "\"\"\"            begins and ends a message of several lines\n"
    "Ctrl-C         stops an answer",
    "/help          이 목록\n"
    "/reset         대화를 잊고 새로 시작\n"
    "/system 글     시스템 메시지를 정하고 새로 시작 (글이 없으면 없앰)\n"
    "/stats         마지막 답의 토큰 수와 속도\n"
    "/exit          끝내기 (Ctrl-D도 같음)\n"
    "\"\"\"            여러 줄을 쓸 때 앞뒤에 적음\n"
    "Ctrl-C         답을 멈춤"};
inline constexpr Message kChatHowToEnd{"Ctrl-C again or Ctrl-D ends the chat.",
                                       "한 번 더 Ctrl-C를 누르거나 Ctrl-D를 누르면 끝납니다."};
inline constexpr Message kChatUnknown{"unknown command: {}; /help shows the commands",
                                      "없는 명령입니다: {}; /help로 목록을 보세요"};
inline constexpr Message kChatForgotten{"The conversation is forgotten.", "대화를 잊었습니다."};
inline constexpr Message kChatSystemSet{"The system message is set; the conversation starts anew.",
                                        "시스템 메시지를 정했습니다. 대화를 새로 시작합니다."};
inline constexpr Message kChatNoSystem{"There is no system message now; the conversation starts anew.",
                                       "시스템 메시지를 없앴습니다. 대화를 새로 시작합니다."};
inline constexpr Message kChatDropped{"The context was full: the {} oldest turn(s) are forgotten.",
                                      "컨텍스트가 가득 차서 가장 오래된 대화 {}번을 잊었습니다."};
inline constexpr Message kChatCut{"The answer was cut at the length limit.", "답이 길이 한도에서 잘렸습니다."};
inline constexpr Message kChatNoStats{"No answer yet.", "아직 답이 없습니다."};
inline constexpr Message kChatStats{"{}; context {} of {} tokens", "{}; 컨텍스트 {}/{}토큰"};

}  // namespace ondol::msg
