"""Makes short exchanges about films out of reviews, so that the model learns to answer and not only to continue.

Four kinds: a question about one aspect, answered by a review that speaks of it; a first sentence, answered by the sentence that followed;
a labelled review, answered with sympathy; the question whether a review is kind or not.  All question and reply templates are ours.
"""
import collections
import re

import clean

# An aspect: words that show a review speaks of it, and ways to ask.
ASPECTS = [
    ("연기|배우|열연", ["연기 어땠어", "배우들 연기는 어때", "연기 잘해", "배우들 연기는 괜찮았나요", "연기력은 어때요", "배우들은 어땠어"]),
    ("스토리|줄거리|내용|이야기", ["스토리 어때", "내용은 어땠어", "이야기는 재미있어", "줄거리가 괜찮은가요", "스토리는 탄탄해", "무슨 내용이야"]),
    ("결말|마지막|엔딩|끝", ["결말은 어땠어", "마지막은 어때", "엔딩이 어땠나요", "끝이 괜찮아", "결말 마음에 들어"]),
    ("음악|노래|ost|사운드", ["음악은 어때", "노래 좋았어", "배경 음악은 어땠나요", "영화 음악 좋아"]),
    ("액션|싸움|전투", ["액션은 볼만해", "액션 장면 어땠어", "액션이 시원한가요", "싸우는 장면 괜찮아"]),
    ("감동|눈물|울었|뭉클", ["감동적이야", "울었어", "눈물 나는 영화야", "감동이 있나요", "슬픈 영화야"]),
    ("영상|화면|장면|색감", ["영상미 어때", "화면은 예뻐", "기억나는 장면 있어", "영상이 아름다운가요", "어떤 장면이 좋았어"]),
    ("감독|연출", ["감독은 어때", "연출이 괜찮아", "연출은 어땠나요", "감독이 잘 만들었어"]),
    ("원작|소설|만화|웹툰", ["원작이랑 비교하면 어때", "원작 봤어", "원작만큼 재미있나요", "만화랑 비슷해"]),
    ("주인공|캐릭터|인물", ["주인공은 어때", "캐릭터가 매력 있어", "등장인물은 어땠나요", "주인공 멋있어"]),
    ("무섭|공포|스릴|긴장|소름", ["무서워", "많이 무서운가요", "공포 영화로 어때", "긴장감 있어", "스릴 있어"]),
    ("웃기|웃음|웃었|코믹|코미디|유쾌|웃긴", ["웃겨", "많이 웃었어", "코미디로 괜찮아", "웃긴 영화야", "유쾌한가요"]),
    ("아이|애들|가족|어린이|아들|딸", ["아이들이랑 봐도 돼", "가족이 같이 볼만해", "아이가 좋아할까", "가족 영화로 어때요", "애들이랑 보기 좋아"]),
    ("드라마|방송|회", ["드라마 어때", "그 드라마 재미있어", "요즘 드라마 어땠어", "드라마 볼만한가요"]),
    ("애니|만화|더빙|디즈니|지브리", ["애니메이션 어때", "더빙은 어때", "만화 영화 좋아해", "애니 볼만해"]),
    ("사랑|로맨스|연인|멜로", ["사랑 이야기는 어때", "로맨스 영화로 괜찮아", "멜로 영화 좋아해", "연인이랑 볼만해"]),
    ("지루|졸|잤", ["지루해", "졸리지는 않아", "지루하지 않았어", "영화가 너무 길지 않아"]),
    ("다시|또|번째|번 ", ["또 보고 싶어", "다시 볼 만해", "몇 번 봤어", "두 번 볼 만한가요"]),
    ("반전", ["반전 있어", "반전은 어땠어", "반전이 좋은가요"]),
    ("어렸|어릴|옛날|추억|년 전|예전|오랜만", ["옛날 영화 어때", "어릴 때 본 영화 있어", "추억의 영화 이야기해 줘", "오래된 영화도 좋아"]),
    ("전쟁|역사|실화", ["전쟁 영화 어때", "역사 영화는 어땠어", "실화 영화 좋아해", "실화라서 어땠나요"]),
    ("다큐|현실|사회", ["다큐멘터리 어때", "현실적인 영화야", "생각할 거리가 있어", "무슨 생각이 들었어"]),
]
GENERAL = ["영화 어땠어", "이 영화 볼만해", "영화 재미있어", "영화 재밌었어", "그 영화 어때", "이 영화 어때요", "영화 본 느낌 말해 줘", "영화 감상 좀 들려줘",
           "그 영화 봤어", "영화 본 소감이 어때", "이 영화 추천해", "봐도 괜찮을까", "볼까 말까", "그 영화 재미있나요", "영화 보고 나니 어때", "한마디로 어때", "어제 본 영화 어땠어"]
LIKED = ["영화 재미있었지", "왜 그 영화를 좋아해", "좋았던 영화 이야기해 줘", "재미있게 본 영화 어땠어", "그 영화가 왜 좋아", "최고의 영화는 어땠어", "영화 좋았어", "감명 깊게 본 영화는 어땠어"]
DISLIKED = ["재미없는 영화였어", "영화 별로였지", "그 영화는 왜 별로야", "실망한 영화 이야기해 줘", "그 영화 왜 싫어", "영화 안 좋았어", "아쉬운 점이 뭐야", "영화 왜 그렇게 지루해"]
GLAD = ["재미있게 보셨나 봐요.", "마음에 드셨나 봐요.", "좋은 영화였나 봐요.", "즐거운 시간이었겠네요.", "그렇게 좋았다니 저도 기뻐요.", "그렇게 좋았다니 저도 궁금하네요.", "추천할 만한 영화인가 봐요.", "여운이 남으셨나 봐요."]
SORRY = ["많이 아쉬우셨나 봐요.", "기대만큼은 아니었나 봐요.", "실망하셨나 봐요.", "시간이 아까우셨겠어요.", "마음에 들지 않으셨군요.", "다음에는 더 좋은 영화를 만나시길 바라요.", "별로 재미가 없었나 봐요."]
ASK_LABEL = ["이 감상은 긍정이야 부정이야? {}", "다음 글이 긍정인지 부정인지 말해 줘. {}", "{} 이건 좋다는 말이야?", "긍정 부정 판단해 줘: {}", "이 리뷰는 어떤 느낌이야? {}"]
SAYS_LIKED = ["긍정적인 감상이에요.", "좋았다는 말이에요.", "긍정이에요."]
SAYS_DISLIKED = ["부정적인 감상이에요.", "별로였다는 말이에요.", "부정이에요."]


def closed(sentence):
    """A full stop where a sentence has no end of its own, so that answers look finished."""
    return sentence if sentence[-1] in ".!?~" else sentence + "."


def asked(question, rng):
    """With a question mark, mostly; a request ends in 줘 and takes none."""
    return question + ("" if question.endswith("줘") else rng.choice(["?", "?", "?", ""]))


def count_words(reviews):
    return collections.Counter(word for review in reviews for word in re.findall("[가-힣]+", review))


def is_plain(answer, counts):
    """True where every word is one that others use too.  What is left has few names, typing errors and puzzles: a small model can learn to say it."""
    return len(answer) <= 45 and re.search("[0-9]", answer) is None and all(counts[word] >= 10 for word in re.findall("[가-힣]+", answer))


def from_review(review, counts, rng):
    """Exchanges made of one clean, unlabelled review: at most one question about it and one continuation."""
    pairs = []
    if clean.is_fit_to_say(review) and is_plain(review, counts):
        questions = [q for words, qs in ASPECTS if re.search(words, review) for q in qs]
        if not questions or rng.random() < 0.3:
            questions = GENERAL if re.search("영화|재미|재밌|최고|볼만|봤|보", review) else []
        if questions:
            pairs.append((asked(rng.choice(questions), rng), closed(review)))
    parts = clean.sentences(review)
    if 2 <= len(parts) <= 4:
        first, second = parts[0], parts[1]
        if 8 <= len(first) <= 60 and clean.is_fit_to_say(second) and is_plain(second, counts):
            pairs.append((first, closed(second)))
    return pairs


def of_label(review, liked, counts, rng):
    """A question that fits the label, answered by the review."""
    if not clean.is_fit_to_say(review) or not is_plain(review, counts):
        return []
    return [(asked(rng.choice(LIKED if liked else DISLIKED), rng), closed(review))]


def about_label(review, liked, rng):
    """A labelled review, answered with sympathy, and the question whether it is kind."""
    if len(review) > 90:
        return []
    pairs = [(review, rng.choice(GLAD if liked else SORRY))]
    if rng.random() < 0.5:
        pairs.append((rng.choice(ASK_LABEL).format(review), rng.choice(SAYS_LIKED if liked else SAYS_DISLIKED)))
    return pairs


# What a model of this size cannot know, it should say it does not know.
_THINGS = ("미국 프랑스 독일 일본 중국 영국 서울 부산 제주도 한강 지구 달 태양 물 공기 전기 컴퓨터 휴대전화 자동차 비행기 기차 세종대왕 이순신 조선 고려 삼국시대 양자역학 상대성이론 "
           "수학 물리 화학 생물 경제 철학 심리학 역사 의학 법 세금 보험 은행 주식 축구 야구 올림픽 월드컵 고래 호랑이 공룡 나무 바다 산 강 별 우주 로켓 반도체 배터리").split()
_ASK_FACT = ["{}에 대해 알려줘", "{}에 대해 설명해 줘", "{}의 뜻이 뭐야", "{} 설명해 주세요", "{}에 대해 자세히 말해 줘", "{}의 역사를 알려줘", "{}에 대해 아는 것 있어", "{}의 원리가 뭐야", "{} 크기가 얼마야", "{}의 특징은"]
_DO_NOT_KNOW = ["저는 작은 모델이라 그런 것은 잘 몰라요.", "죄송해요. 그건 제가 배우지 못했어요.", "그건 제가 잘 모르는 내용이에요.", "어려운 질문이네요. 저는 아는 것이 많지 않아요."]


def unknown_facts(rng):
    return [(asked(ask.format(thing), rng), rng.choice(_DO_NOT_KNOW)) for thing in _THINGS for ask in rng.sample(_ASK_FACT, 4)]
