"""The appliances and rooms of the schema: what people call them, and what can be asked of each."""

from phrase import Phrase

# Common names, short forms and everyday misspellings; a weight is how often people say it.
NAMES = {
    "aircon": "에어컨*40|에어콘*6|에컨*4|에어켠|에어컨디셔너|애어컨*2|에어컹|에어컨기|냉방기|벽걸이 에어컨|스탠드 에어컨|에어 컨",
    "boiler": "보일러*34|난방*14|보일라*2|보이러|보일려|보일러 난방|바닥 난방|방 보일러|보일럴|난방기",
    "light": "불*40|조명*14|전등*7|스탠드*4|등*2|형광등*2|무드등*2|불빛|LED등|천장등|전깃불*2|라이트|스탠드 불|수면등|스탠드 조명|"
             "메인등|간접조명|전구|전기불|방등|취침등|독서등|천장 조명|엘이디등|부분조명|램프|스텐드|방 불|집 불",
    "tv": "티비*24|TV*12|tv*9|텔레비전*6|테레비*4|텔레비젼|티브이*2|텔레비|테레비전|Tv|티뷔|테레비젼|텔레비죤|티비 화면|티이비",
    "washer": "세탁기*34|드럼세탁기*2|통돌이|세탁키|드럼 세탁기|통돌이 세탁기|세탁긱|빨래 기계|쎄탁기",
    "dryer": "건조기*34|빨래 건조기*2|빨래건조기|의류건조기|의류 건조기|건조긔|옷 건조기|세탁건조기",
    "fridge": "냉장고*34|냉장실|냉장고 냉장실|냉쟝고|양문형 냉장고|냉장꼬",
    "vacuum": "로봇청소기*18|로청*9|청소기*14|로봇 청소기*8|로봇*2|로보트 청소기*2|로보트청소기|청소 로봇|물걸레 로봇청소기|로봇청소긔|"
              "청소로봇|로봇 청소긔|로버트 청소기|청소끼",
    "purifier": "공기청정기*22|공청기*10|공기 청정기*5|청정기*3|공기청청기|공기청전기|공기 청정긔|공청긔|공기청정|공기정화기",
    "curtain": "커튼*24|커텐*9|블라인드*12|암막커튼*2|브라인드|암막 커튼|부라인드|롤 블라인드|커탠|버티컬|커튼들|롤스크린|커턴|속커튼|창문 커튼|전동 커튼",
    "oven": "오븐*30|전기오븐*2|오분*2|광파오븐|미니오븐|오븐기*2|전기 오븐|오븐레인지|스팀오븐",
    "dishwasher": "식기세척기*22|식세기*14|식기 세척기*4|세척기*3|식기세척긔|식세|식기새척기|그릇 세척기|식쎄기|식기 세척긔|설거지 기계",
    "fan": "선풍기*34|선풍긔|탁상 선풍기|천장 선풍기|타워 선풍기|스탠드 선풍기|선풍끼|벽걸이 선풍기|썬풍기|선퐁기|미니 선풍기",
    "humidifier": "가습기*34|가습긔|초음파 가습기|대형 가습기|가슴기*2|가습키|공기 가습기|미니 가습기|가열식 가습기",
    "door": "현관문*16|도어락*10|문*14|현관*4|대문*2|도어록*2|현관 문*2|출입문|도어낙|디지털 도어락|현관 도어락|현관문 도어락|앞문|문짝",
    "speaker": "스피커*20|음악*14|노래*7|오디오*2|블루투스 스피커*2|스피카*2|뮤직|스피커 음악|AI 스피커|음향기기|블투 스피커|스삐커|인공지능 스피커|배경음악|신나는 음악|잔잔한 음악|조용한 노래|신나는 노래|클래식 음악|재즈 음악|잔잔한 노래|아무 노래",
}
DEVICES = list(NAMES)
NAME = {device: Phrase(names) for device, names in NAMES.items()}

# How often a device is asked for.
FREQUENCY = {"aircon": 16, "boiler": 8, "light": 18, "tv": 10, "washer": 7, "dryer": 5, "fridge": 3, "vacuum": 7, "purifier": 7,
             "curtain": 7, "oven": 5, "dishwasher": 5, "fan": 8, "humidifier": 7, "door": 5, "speaker": 7}
ASKED = [device for device, weight in FREQUENCY.items() for _ in range(weight)]

JOB = {"washer", "dryer", "vacuum", "oven", "dishwasher"}  # start and stop, where others go on and off
SWITCHED = [device for device in ASKED if device not in ("curtain", "door")]

ROOM_NAMES = {
    "living_room": "거실*30",
    "bedroom": "안방*24|침실*18",
    "kitchen": "주방*20|부엌*16|부억*2",
    "bathroom": "화장실*20|욕실*18|목욕탕",
    "kids_room": "아이방*9|애들 방*7|애들방*6|아이 방*6|아이들 방*3|아이들방*2|아기방*3|애기방*2|아기 방*2|애기 방|애 방|우리 애 방|꼬맹이 방|아가방",
    "study": "서재*20|공부방*14|공부 방*2|서재방*2|서재 방",
    "balcony": "베란다*26|발코니*5|배란다*2|베렌다",
}
ROOM = {room: Phrase(names) for room, names in ROOM_NAMES.items()}
ROOM_FREQUENCY = {"living_room": 26, "bedroom": 24, "kitchen": 14, "bathroom": 11, "kids_room": 12, "study": 11, "balcony": 8}
ROOMS = [room for room, weight in ROOM_FREQUENCY.items() for _ in range(weight)]

# Rooms a device is hardly ever in are still said now and then; these are the usual ones.
USUAL_ROOMS = {
    "washer": ["balcony", "bathroom", "kitchen"], "dryer": ["balcony", "balcony", "bathroom"], "fridge": ["kitchen", "kitchen", "balcony"],
    "oven": ["kitchen"], "dishwasher": ["kitchen"], "door": ["balcony", "bedroom", "living_room", "kids_room", "bathroom", "study"],
}

# What can be said to be everywhere: 불 다 꺼.
EVERYWHERE = {"light": 10, "curtain": 4, "aircon": 3, "boiler": 2, "door": 2, "tv": 1, "fan": 2, "purifier": 2, "humidifier": 1, "speaker": 1}

MODES = {
    "auto": "자동*12|오토*3|자동 운전",
    "cool": "냉방*10",
    "heat": "난방*10",
    "dry": "제습*12|습기 제거",
    "sleep": "취침*10|수면*8|잠자기|슬립|숙면",
    "turbo": "터보*10|터어보",
    "quiet": "저소음*10|조용*4|무소음*2|정숙*2",
    "eco": "절전*10|에코*8|에너지 절약*2|절약*2|절전형",
    "wash": "세탁*10|빨래",
    "rinse": "헹굼*12|행굼*3",
    "spin": "탈수*12|탈쑤",
    "strong": "강풍*8|강력*7|강*3",
    "weak": "약풍*10|약*4",
    "movie": "영화*10|영화 감상*3|시네마*2|무비|영화관*2",
    "night": "야간*12|밤*2|나이트*3|심야",
}
MODE = {mode: Phrase(names) for mode, names in MODES.items()}

# The modes a device really has, the likely ones repeated; one in twenty is drawn from all.
DEVICE_MODES = {
    "aircon": "auto cool cool heat heat dry dry dry sleep sleep turbo quiet eco eco strong strong weak weak night".split(),
    "boiler": "eco eco sleep auto night quiet strong weak turbo".split(),
    "light": "sleep sleep night night movie movie auto eco weak strong".split(),
    "tv": "movie movie movie eco eco sleep sleep night quiet auto".split(),
    "washer": "wash wash rinse rinse rinse spin spin spin spin eco quiet quiet strong turbo auto night dry weak".split(),
    "dryer": "eco eco strong strong quiet auto turbo sleep dry weak night".split(),
    "fridge": "eco eco eco auto turbo quiet night sleep strong weak".split(),
    "vacuum": "auto auto quiet quiet turbo turbo strong strong weak eco night sleep".split(),
    "purifier": "auto auto auto sleep sleep turbo quiet strong weak eco night".split(),
    "oven": "eco auto strong weak turbo".split(),
    "dishwasher": "eco eco strong strong auto quiet turbo rinse rinse wash dry weak night".split(),
    "fan": "sleep sleep auto turbo strong strong weak weak quiet eco night".split(),
    "humidifier": "auto auto sleep sleep quiet strong weak turbo night eco".split(),
    "speaker": "night movie movie quiet sleep eco auto".split(),
    "curtain": "auto night movie sleep".split(),
}
ALL_MODES = list(MODE)
