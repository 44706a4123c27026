"""Turns a raw line of a Korean review or chat into text worth learning, or refuses it.

Kept: Hangul (NFC), ASCII, and what people type for laughing and crying.  Refused: coarse language, slurs and sexual content, masked swear words,
mojibake, foreign scripts, lines that are mostly noise.  The list is broad on purpose: a lost line costs less than a model that curses.
"""
import re
import unicodedata

# Spellings as they occur in the corpus, including the abbreviations and the ways round a filter.
_COARSE = re.compile(
    "씨발|시발|씨바|시바[ㄹ\\s!.~]|시빨|씨빨|씨팔|시팔|싀발|슈발|쓰발|쉬발|쉬바|십발|씹|씨부|시부[럴랄]|쓰바|썅|쌍놈|쌍년|쌍욕|욕나|욕 나|ㅅㅂ|ㅆㅂ|ㅅ발|ㅆ발|ㅆ|ㅂㅅ|ㅄ|ㅈㄹ|ㅈㄴ|ㅈ같|ㄷㅊ|ㄲㅈ|ㄱㅐ|ㅗ|"
    "병신|븅신|빙신|병쉰|등신|머저리|또라이|돌아이|똘아이|정신병|정박아|장애인|애자|저능|찐따|찌질|멍청|바보같|새끼|새퀴|쉐끼|쉑|색히|섀키|시키들|자식들아|지랄|쥐랄|염병|육갑|엠병|"
    "좆|좃|졷|존나|존내|조낸|졸라|쫄라|줜나|즌나|족같|엿같|엿먹|엿이나|개같|개쓰|개판|개소리|개년|개놈|개념|개독|개나 ?소나|개망|개봉신|개똥|개노잼|개쩔|개졸|개허|쓰레기|쓰래기|쓰렉|쓰렠|걸레|미친|미쳤|미쳐|미췬|미틴|"
    "꺼져|꺼지|닥쳐|닥치|뒤져|뒤지[네라는]|뒈[져지]|디져|죽여|죽일|때려|처먹|쳐먹|처맞|쳐맞|쳐발|처발|쳐돌|쳐자|쳐보|처보|쳐봐|대가리|대갈|주둥|아가리|아갈|눈깔|토나|토 나|토할|역겨|역겹|구역질|오바이트|빡치|빡쳐|빡침|빡돌|젠장|제기랄|제길|우라질|"
    "니미|니애미|느금|애미|에미|애비|에비|호로|후레|화냥|창녀|창년|갈보|매춘|몸파|미친년|(?<![소청])년들|년아|놈들아|놈아|이년|그년|저년|[은는런] 년|ㄴㅕㄴ|썩을|꼴통|꼴값|꼴갑|또랑|"
    "섹스|쎅스|섹씬|섹파|섹신|sex|SEX|Sex|정사씬|정사신|베드신|베드씬|에로|야동|야사|야한|야해|야하|포르노|뽀르노|포르노|노출|벗고|벗는|벗기|알몸|나체|변태|강간|성폭|성추|성희롱|몸매|가슴만|가슴이 크|젖|딸딸|자위|발기|사정[하했]|불륜|떡치|떡씬|떡영화|빨통|성기|보지가|보지를|자지가|자지를|호빠|룸싸|원조교|근친|수간|"
    "김치[녀년남]|된장[녀년남]|한남|한녀|맘충|[가-힣]충들|급식충|홍어|전라디|절라도|라도[인민]|경상디|개쌍도|일베|일간베|메갈|오유충|좌[빨좀파]|우[빨꼴파]|수꼴|빨갱|종북|매국|친일|노무현|노무쿵|박근혜|이명박|쥐박|문재앙|문재인|새누리|민주당|국정원|세월호|대통령|정치|518|5\\.18|광주|"
    "쪽[바발]리|쪽빠리|왜놈|왜구|일본놈|쪽국|짱[깨꼴께]|짱께|떼놈|중국놈|중국애|미국놈|양놈|양키|깜둥|검둥|흑인|흑형|백인|튀기|게이|동성애|레즈|호모|똥꼬|기독교|예수|교회|불교|이슬람|목사|하나님|장로|"
    "똥|오줌|설사|방구|방귀|마약|뽕[쟁이을맞]|자살|살인마|[oOOㅇXx*]{3,}|(?<![0-9])0{3,}|\\*\\*|fuck|FUCK|shit|Fuck|bitch|돼지|못생|얼굴 ?[이가]? ?[왜못]|성괴|성형|틀딱|노답들|초딩|중딩|무뇌|뇌가|뇌없|알바[들냐새]|알바 ?[풀쓰]|댓글알바|평점알바|발연기|발로"
)
# Written with blanks between the syllables.  The whole list would also hit innocent word borders there.
_SPACED = re.compile("씨발|병신|지랄|새끼|존나|ㅅㅂ|ㅂㅅ|미친놈|쓰레기")
_LINK = re.compile(r"https?:|www\.|\.com|\.net|\.kr|@|naver|blog", re.I)
_FOLD = str.maketrans({
    "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "`": "'", "´": "'", "…": "...", "‥": "..", "～": "~", "〜": "~", "∼": "~", "！": "!", "？": "?",
    "，": ",", "．": ".", "。": ".", "、": ",", "：": ":", "；": ";", "（": "(", "）": ")", "［": "[", "］": "]", "％": "%", "＋": "+", "＆": "&", "–": "-", "—": "-",
    "\u00a0": " ", "\u3000": " ", "\u200b": "", "\ufeff": "", "\t": " ", "·": " ", "ㆍ": " ", "♥": "", "♡": "", "★": "", "☆": "", "♪": "", "♬": "", "↑": "", "→": " ", "※": "",
})
_ALLOWED = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ0-9A-Za-z .,!?~:;'\"()\[\]%+&\-/]*")
_HANGUL = re.compile(r"[가-힣]")
_JAMO = re.compile(r"[ㄱ-ㅎㅏ-ㅣ]")


def is_coarse(text):
    return _COARSE.search(text) is not None or _SPACED.search(text.replace(" ", "")) is not None


def fold(line):
    """NFC, one spelling of punctuation, runs of a character or word cut short; empty where a foreign character remains."""
    text = unicodedata.normalize("NFC", line).translate(_FOLD)
    text = re.sub(r"\^[_.oO0-]?\^|;;|--+|==+", "", text)
    text = re.sub(r"([ㄱ-ㅎㅏ-ㅣ])\1+", r"\1\1", text)
    text = re.sub(r"\.{3,}", "...", text)
    text = re.sub(r"([!?~,;:^\-])\1+", r"\1", text)
    text = re.sub(r"([^.\d])\1{2,}", r"\1\1", text)
    text = re.sub(r"([^\d]{2,}?)\1{2,}", r"\1\1", text)
    text = re.sub(r"\s+", " ", text).strip()
    return text if _ALLOWED.fullmatch(text) else ""


def clean(line):
    """The folded text, or None where it is not worth learning."""
    if is_coarse(line) or _LINK.search(line):
        return None
    text = fold(line)
    n_hangul = len(_HANGUL.findall(text))
    n_letters = len(text.replace(" ", ""))
    if n_hangul < 5 or n_hangul < 0.75 * n_letters or len(_JAMO.findall(text)) > 4:
        return None
    return text


def is_fit_to_say(text):
    """True for a review the assistant may give as an answer: spaced, closed, without chat noise, addressed to nobody."""
    words = text.split()
    return (
        12 <= len(text) <= 70 and len(words) >= 3 and max(map(len, words)) <= 9 and not _JAMO.search(text)
        and re.search(r"(다|요|음|함|임|듯|네|지|까|죠|작|화)[.!?~]*$", text) is not None and re.search(r"[A-Za-z\[\]()/:;&+]", text) is None
        and re.search("평점|별점|별[ 반한두]|점 |점[을도준주짜]|댓글|리뷰|알바|평론|네이버|니들|너네|인간|님들|당신들|[0-9]점|10", text) is None
    )


def sentences(text):
    """Splits at closing punctuation; ["재미있다.", "또 볼래요"] from "재미있다. 또 볼래요"."""
    return [s for s in re.split(r"(?<=[.!?~])\s+", text) if s]
