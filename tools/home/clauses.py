"""One clause: what is done to one device (or several joined nouns), as words with a verb stem still open.

Slots: {O} the device as object, {G} as the owner of a setting, {a} an adverb before the verb, {v} the value as spoken,
{t} a delay (30분 뒤에), {d} a duration (30분만), {m} a mode. A clause that goes on with the device before it draws O and G empty.
A template without [stem] is complete as it stands: 에어컨 24도.
"""

import quantity
from devices import ALL_MODES, DEVICE_MODES, JOB, MODE
from hangul import attach
from phrase import Phrase

ADVERB = Phrase("*60|좀*12|빨리*3|얼른*3|바로*2|지금*3|당장*2|그냥|다시*2|이제*2|잠깐|잠깐만|어서|좀 빨리|제발|지금 바로|후딱|퍼뜩|싸게싸게|언능")
MORE = Phrase("*40|좀*24|조금*9|조금만*9|살짝*6|살짝만*2|약간*4|약간만|좀 더*8|조금 더*5|더*7|조금만 더*5|쪼금|쪼금만|쫌*2|좀만*3|쬐끔|쪼매|살살|확*2")
STEP_MORE = Phrase("*60|더*14|좀*6|좀 더|만 더")
GOAL = "(맞추*16|하*20|설정하*7|바꾸*5|조절하*3|세팅하*2|조정하*2|고정하|유지하|변경하*2|맞춰놓|해놓|마추)"
UP = "(올리*12|높이*5|올리*3)"
DOWN = "(내리*6|낮추*9|줄이*3)"
MOVE = "(올리*3|높이|내리*3|낮추*4|줄이)"
DELAY = Phrase("{s} (뒤에*20|후에*12|뒤*4|후*3|있다가*8|이따가*2|있다*2|지나면*3|지나서*2|지난 뒤에|지나고|이후에*2|뒤쯤|쯤 뒤에*2|정도 뒤에*2|정도 있다가*2|쯤 있다가*2|뒤에는|후쯤에|이따|디에|흐에)")
DURATION = Phrase("({s}만*20|{s} 동안*10|{s}동안*6|{s}간*4|{s} 동안만*5|딱 {s}만*4|{s} 정도만*3|{s} 정도*2|{s}만 딱|{s} 정도 동안|한 {s}만|{s}쯤만|{s}*2|앞으로 {s}만|앞으로 {s} 동안)")
TIMER_NAME = "(타이머*10|타이머를*3|타이머 좀*2|타임머|타이머는)"

# --- switching: device kind -> verbs -------------------------------------------------------------------------------------------
ON = {
    "": "({O} {a} [(켜*34|틀*10|키*7|작동시키|가동하|작동하|켜놓|가동시키|돌리*2)])*30|{O} (온*2|켜기|on|ON|전원 켜기)|{G} 전원(^를|) {a} [(켜*3|키|넣)]",
    "light": "({O} {a} [(켜*44|키*9|켜놓*2|점등하)])*30|{O} (온*2|켜기|on|ON|전원 켜기)|{G} 전원(^를|) {a} [(켜*3|키|넣)]",
    "aircon": "({O} {a} [(켜*24|틀*24|키*5|가동하|작동시키|돌리*5|켜놓|틀어놓|가동시키)])*30|{O} (온*2|켜기|on|ON|전원 켜기)|{G} 전원(^를|) {a} [(켜*3|키|넣)]",
    "boiler": "({O} {a} [(켜*24|틀*20|키*4|가동하*2|작동시키|돌리*8|넣*2|때|켜놓|틀어놓)])*30|{O} (온*2|켜기|on|ON|전원 켜기)|{G} 전원(^를|) {a} [(켜*3|키|넣)]",
    "tv": "({O} {a} [(켜*34|틀*16|키*6|켜놓|틀어놓)])*30|{O} (온*2|켜기|on|ON|전원 켜기)|{G} 전원(^를|) {a} [(켜*3|키|넣)]",
    "fan": "({O} {a} [(켜*22|틀*20|키*4|돌리*9|작동시키|틀어놓)])*30|{O} (온*2|켜기|on|ON|전원 켜기)|{G} 전원(^를|) {a} [(켜*3|키|넣)]",
    "purifier": "({O} {a} [(켜*24|틀*14|키*4|돌리*12|작동시키*2|가동하*2|틀어놓)])*30|{O} (온*2|켜기|on|ON|전원 켜기)|{G} 전원(^를|) {a} [(켜*3|키|넣)]",
    "humidifier": "({O} {a} [(켜*24|틀*18|키*4|돌리*6|작동시키|가동하|틀어놓)])*30|{O} (온*2|켜기|on|ON|전원 켜기)|{G} 전원(^를|) {a} [(켜*3|키|넣)]",
    "speaker": "(({O}|{O}|{O} (잔잔하게|은은하게|신나게|조용히 은은하게)) {a} [(켜*16|틀*30|키*3|재생하*5|들려주*3|틀어놓|재생시키)])*30|{O} (온*2|켜기|on|ON|전원 켜기)|{G} 전원(^를|) {a} [(켜*3|키|넣)]",
    "fridge": "({O} {a} [(켜*30|키*4|작동시키*2|가동하)])*30|{O} (온*2|켜기|on|ON|전원 켜기)|{G} 전원(^를|) {a} [(켜*3|키|넣)]",
}
OFF = {
    "": "({O} {a} [(끄*60|중지하|멈추*2|정지하*2|중단하|꺼놓)])*30|{O} (오프*2|off|OFF|끄기*2|전원 끄기|그만)|{G} 전원(^를|) {a} [(끄*4|내리)]",
    "light": "({O} {a} [(끄*60|소등하|꺼놓)])*30|{O} (오프*2|off|OFF|끄기*2|전원 끄기|그만)|{G} 전원(^를|) {a} [(끄*4|내리)]",
    "speaker": "({O} {a} [(끄*40|멈추*7|정지하*4|중지하*3|그만 틀*2|중단하|스톱하)])*30|{O} (오프*2|off|OFF|끄기*2|전원 끄기|그만)|{G} 전원(^를|) {a} [(끄*4|내리)]",
    "fan": "({O} {a} [(끄*50|멈추*4|정지하*2|세우|그만 돌리)])*30|{O} (오프*2|off|OFF|끄기*2|전원 끄기|그만)|{G} 전원(^를|) {a} [(끄*4|내리)]",
}
START = {
    "": "({O} {a} [(돌리*40|켜*9|틀*5|시작하*12|작동시키*4|가동하*3|실행하*2|시작시키*3|키*2|작동하*2|가동시키|돌려놓*2|시작해놓)])*30|{O} (시작*4|가동|작동|스타트|시작 버튼)",
    "vacuum": "({O} {a} [(돌리*44|켜*11|시작하*6|작동시키*4|가동하*2|시작시키*2|틀*2|키*2|실행하)]|{O} 청소 {a} [(시작하*4|하|시키*2)]|{O} 청소 {a} [(하|시작하)])*30|{O} (시작*4|가동|작동|스타트|시작 버튼)",
    "oven": "({O} {a} [(켜*30|돌리*14|틀*5|시작하*5|작동시키*3|가동하*2|키*3|실행하)])*30|{O} (시작*4|가동|작동|스타트|시작 버튼)",
    "washer": "({O} {a} [(돌리*44|켜*7|시작하*10|작동시키*3|가동하*2|시작시키*2|틀*3|실행하|돌려놓*2)])*30|{O} (시작*4|가동|작동|스타트|시작 버튼)",
}
STOP = {
    "": "({O} {a} [(멈추*26|끄*22|정지하*10|중지하*5|세우*4|중단하*3|스톱하*2|정지시키*4|그만 돌리*4|멈춰놓|일시정지하*2|멈추*4|종료하*2)])*30|{O} (정지*4|스톱*2|중지*2|멈춤*2|그만*2|스탑)",
}
OPEN = {"curtain": "({O} {a} [(열*34|걷*24|젖히*5|올리*8|활짝 열*4|열어놓*2|확 걷|오픈하)])*30|{O} (오픈|열기)"}
CLOSE = {"curtain": "({O} {a} [(닫*30|치*30|내리*9|닫아놓|쳐놓)])*30|{O} (닫기|클로즈)"}
LOCK = {"door": "({O} {a} [(잠그*34|잠구*8|걸어 잠그*3|꽉 잠그|잠궈놓|꼭 잠그*2|꼭 닫아 잠그)]|{G} 잠금 {a} [(하|설정하|걸)]|{O} 락 [걸])*30|{O} (잠금*2|락|잠그기)"}
UNLOCK = {"door": "({O} {a} [(열*44|따*4|잠금 해제하*6|열어놓|오픈하)]|{G} 잠금 {a} [(풀*5|해제하*4)]|{O} 잠긴 거 {a} [(풀|열)])*30|{O} (잠금 해제*2|오픈|열기)"}

# --- settings: kind -> templates, "" for every device that has it ------------------------------------------------------------------
TEMPERATURE = "(온도*20|온도를*7|온도 좀*3|설정 온도*2|설정온도|희망 온도|희망온도|온도는*2|온도만*2)"
SETTINGS = {
    "set.temperature": {
        "": "{O} {v}^로 {a} [" + GOAL + "]*20|{v}^로 {O} {a} [" + GOAL + "]*4|{G} " + TEMPERATURE + " {v}^로 {a} [" + GOAL + "]*14|{O} {v} {a} [(맞추*4|하*2|설정하*2)]*3"
            "|{G} " + TEMPERATURE + " {v} {a} [(맞추|하|설정하)]*2|{O} {v}(까지|^로) {a} [" + MOVE + "]*7|{G} " + TEMPERATURE + " {v}(까지*2|^로) {a} [" + MOVE + "]*7"
            "|{G} 온도 {v}*2|{O} {v}*2|{G} {v}^로*2|{G} 온도 {v}^로*2|{v} 되게 {O} [(하|맞추)]|{G} 온도가 {v} 되게 [하]|{O} {v} 정도로 [(맞추|하)]*2|{O} {v}까지만 [" + MOVE + "]|{G} 온도 {w}에서 {v}^로 [(내리|올리|낮추|높이|바꾸)]|{O} {w}에서 {v}^로 [(내리|올리|낮추|바꾸)]*2|{G} 온도는 {v}^로 [하]|{O} {v}면 좋겠어",
        "boiler": "{G} (방|실내|난방|바닥) 온도 {v}^로 [" + GOAL + "]*3|{G} (방|실내|난방) 온도 {v}까지 [올리]|{G} 온수 온도 {v}^로 [맞추]",
        "washer": "{G} 물 온도 {v}^로 [" + GOAL + "]*6|{O} {v} 물로 [(하|설정하)]|{G} 물온도 {v}^로 [맞추]",
        "aircon": "{G} 실내 온도 {v}^로 [" + GOAL + "]|{G} (냉방|희망) 온도 {v}^로 [" + GOAL + "]",
    },
    "up.temperature": {
        "": "{G} " + TEMPERATURE + " {v} {a} [" + UP + "]*14|{O} {v} {a} [" + UP + "]*9|{O} {a} {v} [" + UP + "]*2|{v} {O} [" + UP + "]|{G} 온도 {v}만 (더|) [" + UP + "]*5"
            "|{O} {v}만 (더|) [" + UP + "]*5|{G} 온도 {v} (정도|쯤) (더|) [올리]*2|{O} {v} 더 [올리]*2|{G} 온도 {v} (업|플러스)|{O} {v} 높게 [하]|{G} 온도 {v} 더 높게 [(하|설정하)]",
        "boiler": "{O} {v} 더 따뜻하게 [하]",
    },
    "down.temperature": {
        "": "{G} " + TEMPERATURE + " {v} {a} [" + DOWN + "]*14|{O} {v} {a} [" + DOWN + "]*9|{O} {a} {v} [" + DOWN + "]*2|{v} {O} [" + DOWN + "]|{G} 온도 {v}만 (더|) [" + DOWN + "]*5"
            "|{O} {v}만 (더|) [" + DOWN + "]*5|{G} 온도 {v} (정도|쯤) (더|) [(내리|낮추)]*2|{O} {v} 더 [낮추]*2|{G} 온도 {v} 다운|{O} {v} 낮게 [하]|{G} 온도 {v} 더 낮게 [(하|설정하)]",
        "aircon": "{O} {v} 더 시원하게 [하]",
    },
    "up.temperature.null": {
        "": "{G} " + TEMPERATURE + " {M} [" + UP + "]*16|{G} 온도 {M} 높게 [(하*3|설정하)]*2|{M} {G} 온도 [" + UP + "]*2|{G} 온도 업*2",
        "boiler": "{O} {M} [" + UP + "]*16|{O} {M} (따뜻하게*4|뜨끈하게*2|뜨뜻하게|후끈하게|따듯하게*2|따숩게|뜨겁게|높게) [(하*4|틀*3|돌리)]*8|{G} (방|실내|난방) 온도 {M} [" + UP + "]*2",
    },
    "down.temperature.null": {
        "": "{G} " + TEMPERATURE + " {M} [" + DOWN + "]*16|{G} 온도 {M} 낮게 [(하*3|설정하)]*2|{M} {G} 온도 [" + DOWN + "]*2|{G} 온도 다운*2",
        "boiler": "{O} {M} [" + DOWN + "]*16|{G} (방|실내|난방) 온도 {M} [" + DOWN + "]*2|{O} {M} 낮게 [(하|틀)]",
        "aircon": "{G} 온도 {M} 시원하게 [(하|맞추)]",
    },
    "set.brightness": {
        "": "{G} {B} {v}^로 {a} [" + GOAL + "]*12|{O} {v}^로 {a} [" + GOAL + "]*9|{G} {B} {v}(까지|^로) {a} [" + MOVE + "]*7|{O} {v}(까지|^로) {a} [" + MOVE + "]*5|{O} {v}만 [켜]|{O} {v}^로 [켜]|{G} 밝기 {v}*3|{G} 밝기 {v} [(하*2|맞추*2|설정하)]*2|{G} 밝기 {v}^로*2|{O} 밝기를 {v}^로 [" + GOAL + "]*4"
            "|{v}^로 {O} (밝기|) [" + GOAL + "]*2|{O} {v} 밝기로 [(켜|하|맞추)]*2|{O} {v} 정도로 [(하*2|맞추|줄이|밝히)]*2|{O} {v} 정도 밝기로 [(하|맞추)]|{G} 밝기 {w}에서 {v}^로 [(낮추|올리|줄이)]",
        "tv": "{G} 화면 밝기 {v}^로 [" + GOAL + "]*20|{G} 화면 {v}^로 [(어둡게 하|밝게 하)]|{G} 화면 밝기 {v}까지 [" + MOVE + "]*6",
    },
    "up.brightness": {
        "": "{G} {B} {v} {a} [" + UP + "]*14|{O} {v} (더|) 밝게 [하]*4|{G} 밝기 {v}만 (더|) [" + UP + "]*5|{O} {v} [올리]*2|{G} 밝기 {v}만큼 [" + UP + "]*3",
    },
    "down.brightness": {
        "": "{G} {B} {v} {a} [" + DOWN + "]*14|{O} {v} (더|) 어둡게 [하]*4|{G} 밝기 {v}만 (더|) [" + DOWN + "]*5|{O} {v} [(줄이|낮추)]*2|{G} 밝기 {v}만큼 [" + DOWN + "]*3",
    },
    "up.brightness.null": {
        "": "{G} {B} {M} [" + UP + "]*12|{O} {M} 밝게 [(하*12|켜*3|바꾸|조절하|설정하|비추)]*16|{O} {M} 환하게 [(하*4|켜*2|밝히)]*5|{G} 밝기 {M} 높게 [하]|{O} {M} [(올리*2|키우)]*2|{M} {O} 밝게 [하]*3|{M} 밝게 {O} [하]|{O} {M} 밝게*4|{O} {M} 환하게",
    },
    "down.brightness.null": {
        "": "{G} {B} {M} [" + DOWN + "]*12|{O} {M} 어둡게 [(하*12|바꾸|조절하|설정하)]*16|{O} {M} (은은하게*3|덜 밝게*2|침침하게|흐리게) [(하|켜)]*4|{O} {M} [(줄이*4|낮추*3|내리)]*6|{M} {O} 어둡게 [하]*3|{M} 어둡게 {O} [하]|{O} {M} 어둡게*4",
    },
    "set.volume": {
        "": "{G} {L} {v}(^로*12|까지*2) {a} [" + GOAL + "]*16|{G} {L} {v}(까지|^로) {a} [" + MOVE + "]*10|{G} {L} {v}*4|{G} {L} {v} [(하|맞추|설정하)]*3|{L} {v}^로 {O} [(맞추|틀)]|{O} {L} {v}^로 [" + GOAL + "]*4|{G} {L} {v} 정도로 [(하|맞추)]*3|{G} {L} {v}^로*2"
            "|{G} {L} {v}까지만 [(키우|줄이|올리|낮추)]|{O} {v}^로 [(줄이|키우)]|{G} {L} {w}에서 {v}^로 [(낮추|올리|바꾸|줄이|키우)]",
    },
    "up.volume": {
        "": "{G} {L} {v} {a} [(올리*9|키우*4|높이*3)]*14|{G} {L} {v}만 (더|) [(올리*3|키우*2|높이)]*6|{G} {L} {v}만큼 [(올리*2|키우|높이)]*3|{G} {L} {v} 정도 [(올리|키우)]*2|{G} {L} {v} 더 [올리]|{G} {L} {v} 업",
    },
    "down.volume": {
        "": "{G} {L} {v} {a} [(줄이*6|낮추*5|내리*5)]*14|{G} {L} {v}만 (더|) [(줄이*3|낮추*2|내리)]*6|{G} {L} {v}만큼 [(줄이*2|낮추|내리)]*3|{G} {L} {v} 정도 [(줄이|낮추)]*2|{G} {L} {v} 더 [줄이]|{G} {L} {v} 다운",
    },
    "up.volume.null": {
        "": "{G} {L} {M} [(키우*9|올리*8|높이*4)]*16|{G} {L} {M} 크게 [(하*6|틀*2|맞추)]*8|{O} {M} 크게 [(틀*5|하*4|켜*2)]*5|{O} {M} [(키우*3|올리)]*2|{M} 크게 {O} [틀]|{M} {G} {L} [(키우|올리)]*2|{O} {M} 잘 들리게 [하]|{G} {L} {M} 크게*3|{G} {L} 업*2|{O} {M} 크게*2",
    },
    "down.volume.null": {
        "": "{G} {L} {M} [(줄이*12|낮추*5|내리*4)]*16|{G} {L} {M} 작게 [(하*6|틀*2|맞추)]*8|{O} {M} 작게 [(틀*3|하*4)]*4|{O} {M} [줄이]*4|{M} {G} {L} [(줄이|낮추)]*2|{G} {L} {M} [죽이]|{O} {M} (조용히|조용하게) [(하*4|틀*2)]*5|{G} {L} {M} 작게*3|{G} {L} 다운*2|{O} {M} 작게*2",
    },
    "set.channel": {
        "": "{G} 채널(^를|) {v}^로 {a} [(돌리*6|바꾸*7|맞추*4|하*3|틀*3|옮기|변경하|설정하)]*12|{O} {v}^로 {a} [(돌리*8|바꾸*6|틀*6|맞추*2|하*2|옮기)]*10|{O} {v} {a} [(틀*8|켜*3|돌리*2|보여주)]*8|{O} {v} 채널(^로|) [(틀*3|돌리*2|바꾸*2)]*4|{G} 채널 {v} [(틀*2|하|맞추)]*4"
            "|{G} 채널 {v}*3|{G} {v}^로*2|{v} {O} [틀]|{O} 채널 {v}^로 [" + GOAL + "]*3|{G} {v} 채널*2",
    },
    "up.channel": {"": "{G} 채널 {v} [(올리*4|높이)]|{G} 채널 {v}만 [올리]"},
    "down.channel": {"": "{G} 채널 {v} [(내리*4|낮추)]|{G} 채널 {v}만 [내리]"},
    "set.level": {
        "": "{O} {v}^로 {a} [(" + GOAL[1:-1] + "|틀*7|돌리*4|켜*3)]*18|{G} {W} {v}^로 {a} [" + GOAL + "]*12|{G} {W} {v}(까지|^로) [" + MOVE + "]*6|{O} {v}까지 [" + MOVE + "]*3|{O} {v}*2|{G} {W} {v}*2|{v}^로 {O} {a} [(" + GOAL[1:-1] + "|틀*6|돌리*3)]*4|{O} {v} [(틀|맞추|하)]*3|{G} {W} {v} [(맞추|하|설정하)]*2|{G} {v}^로*2|{O} 레벨 {n}^로 [(하|맞추|설정하)]*2|{G} 단계를 {n}^로 [(하|맞추|바꾸)]|{G} {W} {n}^로 [(하|맞추|설정하)]*3|{O} {w}에서 {v}^로 [(낮추|올리|바꾸|줄이)]*2|{G} {W} {w}에서 {v}^로 [(낮추|올리|바꾸)]",
    },
    "up.level": {
        "": "{O} {v} {a} [(" + UP[1:-1] + "|세게 하*4|세게 틀*2|강하게 하)]*14|{G} {W} {v} {a} [(" + UP[1:-1] + "|세게 하*3)]*10|{O} {v}만 (더|) [(" + UP[1:-1] + "|세게 하*3)]*6|{G} {W} {v}만 (더|) [(" + UP[1:-1] + "|세게 하)]*4|{O} {v} 더 [(올리*2|세게 하|높이)]*3|{v} {O} [올리]|{O} {v} 업",
        "light": "{O} {v} (더|) 밝게 [하]*6|{O} {v} {a} [올리]*3",
    },
    "down.level": {
        "": "{O} {v} {a} [(" + DOWN[1:-1] + "|약하게 하*4|약하게 틀)]*14|{G} {W} {v} {a} [(" + DOWN[1:-1] + "|약하게 하*2)]*10|{O} {v}만 (더|) [(" + DOWN[1:-1] + "|약하게 하*2)]*6|{G} {W} {v}만 (더|) [" + DOWN + "]*4|{O} {v} 더 [(낮추*2|약하게 하|내리)]*3|{v} {O} [낮추]|{O} {v} 다운",
        "light": "{O} {v} (더|) 어둡게 [하]*6|{O} {v} {a} [(낮추|줄이)]*3",
    },
    "up.level.null": {
        "": "{O} {M} (세게*10|쎄게*2|강하게*4|쌔게|씨게) [(하*7|틀*9|돌리*4|켜*2)]*20|{G} {W} {M} (세게*6|쎄게|강하게*2) [(하*7|틀*4)]*10|{G} {W} {M} [(올리*4|높이*3|키우)]*9|{M} (세게*4|강하게) {O} [(틀*3|돌리|하)]*3|{O} {M} (세게*3|강하게|쎄게)*4|{G} {W} {M} (세게|강하게)",
        "aircon": "{O} {M} (빵빵하게|빵빵) [(틀*3|하)]*2",
        "humidifier": "{O} {M} [(올리|높이)]*2|{G} 분무 {M} 많이 [(하|나오게 하)]",
        "fan": "{O} {M} [(올리|높이)]",
    },
    "down.level.null": {
        "": "{O} {M} (약하게*12|살살*3|덜 세게*2) [(하*7|틀*7|돌리*3|켜*2)]*20|{G} {W} {M} (약하게*6|살살|덜 세게) [(하*7|틀*3)]*10|{G} {W} {M} [(낮추*4|줄이*5|내리*2)]*9|{M} 약하게 {O} [(틀*3|돌리|하)]*3|{O} {M} 약하게*4|{G} {W} {M} 약하게",
        "humidifier": "{O} {M} [(줄이*3|낮추*2)]*3",
        "fan": "{O} {M} [(줄이*3|낮추)]*2",
        "purifier": "{O} {M} [(줄이|낮추)]",
    },
    "set.mode": {
        "": "{O} {m} 모드로 {a} [(바꾸*8|하*12|설정하*5|돌리*6|틀*4|켜*3|맞추*3|전환하*3|변경하*2|놓|세팅하|가)]*20|{G} 모드(^를|) {m}^로 {a} [(바꾸*5|하*3|설정하*2|변경하*2|맞추)]*4|{O} {m}모드로 [(바꾸*3|하*4|돌리*2|설정하*2|켜|틀)]*8|{O} {m} 모드*3|{O} {m} 모드 [(하*2|켜*2|설정하|틀)]*4|{m} 모드로 {O} {a} [(바꾸*3|하*3|돌리*3|틀*2)]*4|{G} {m}모드*2|{O} {m} 모드로*2|{O} {m} 코스로 [하]",
        "short": "{O} {m}^로 {a} [(바꾸*5|하*8|돌리*6|틀*6|맞추*2|전환하*2|변경하|켜*2)]*12|{m}^로 {O} [(돌리|틀|바꾸)]*2|{O} {m}^로|{O} {m}*3",
        "quietly": "{O} {a} (조용하게|조용히) [(돌리*4|틀|하*2)]|(조용하게|조용히) {O} [돌리]",
        "wet": "{O} {m} 코스로 {a} [(돌리*8|하*6|바꾸*3|설정하*2|맞추|시작하)]*9|{O} {m}코스로 [(돌리|하)]*2|{O} {m} 코스*2|{m} 코스로 {O} [돌리]*2|{G} 코스 {m}^로 [(바꾸*3|하|설정하)]*2|{G} 코스를 {m}^로 [(바꾸|하)]",
    },
    "set.timer": {
        "": "{G} " + TIMER_NAME + " {s}(^로*3|) {a} [(맞추*9|하*5|설정하*7|걸*4|세팅하*2|잡)]*18|{G} {s} 타이머 {a} [(맞추*5|걸*4|설정하*5|하*3|세팅하)]*8|{s} 타이머 {O} [(걸|맞추)]|{G} 타이머 {s}*4|{G} {s} 타이머*2|{G} 타이머 {s}^로*2|{G}에 {s} 타이머 [(걸*3|맞추|설정하)]*3|{G}에 타이머 {s} [(걸|맞추)]*2|{G} 시간 {s}^로 [(맞추|설정하)]*2|타이머 {s} {G} [(맞추|설정하|걸)]",
    },
}

# --- timers on a switch -------------------------------------------------------------------------------------------------------
DELAYED = Phrase("{t} {body}*12|{body_t}*8")
ENDED = {
    "off": Phrase("{O} {t} (꺼지게|꺼지도록) {a} [(하*4|설정하*2|맞추)]*4|{t} {O} 꺼지게 [(하*3|설정하|예약하*2)]*3|{G} {s} (뒤|후) 꺼짐 (예약|타이머) [(하*3|걸)]"),
    "on": Phrase("{O} {t} (켜지게|켜지도록) {a} [(하*4|설정하*2|예약하*2)]*3|{t} {O} 켜지게 [(하*3|예약하*2)]*3|{G} {s} (뒤|후) 켜짐 예약 [하]"),
    "stop": Phrase("{O} {t} (멈추게|꺼지게|멈추도록) {a} [(하*4|설정하*2)]*3"),
    "start": Phrase("{O} {t} (돌아가게|시작하게|시작되게) {a} [(하*4|설정하|예약하*2)]*3"),
}

LEVEL_WORDS = {
    "": "(세기*6|강도*3|단계*3|레벨*2)",
    "aircon": "(바람*10|바람은*2|바람을*2|풍량*6|세기*4|바람 세기*5|바람세기*2|바람의 세기|풍속|레벨|단계*2|풍량을)",
    "fan": "(바람*10|바람은*2|바람을*2|풍량*5|세기*4|바람 세기*5|바람세기*2|풍속*2|레벨|단계*2)",
    "purifier": "(바람*5|풍량*7|세기*5|바람 세기*3|바람세기|풍속|흡입력|단계*2|레벨)",
    "vacuum": "(흡입력*14|흡입력을*3|흡입*2|흡입 세기*3|세기*4|강도|단계|레벨)",
    "humidifier": "(분무량*12|분무량을*3|세기*4|분무*2|분무 세기*2|가습량*3|단계*2|레벨|습기)",
    "boiler": "(세기*5|단계*3|레벨|강도)",
    "light": "(단계*4|레벨*2|세기*2)",
}
LEVEL_WORD = {device: Phrase(words) for device, words in LEVEL_WORDS.items()}
BRIGHTNESS_WORD = Phrase("밝기*20|밝기를*6|밝기 좀*2|빛 밝기|불빛|조도*2|밝기는*2|밝기만*2|광량")
LOUDNESS_WORD = Phrase("볼륨*14|소리*14|볼륨을*3|소리를*3|음량*6|음량을|볼륨 좀*2|소리 좀*3|사운드|볼륨은*2|소리는*2|볼룸*2|불륨|소리만*2|볼륨만|보륨")


def _by_device(table):
    """device -> Phrase; a device with its own text has it beside the general one."""
    return {name: Phrase(text) for name, text in table.items()}


SWITCH = {kind: _by_device(table) for kind, table in
          {"on": ON, "off": OFF, "start": START, "stop": STOP, "open": OPEN, "close": CLOSE, "lock": LOCK, "unlock": UNLOCK}.items()}
SETTING = {kind: _by_device(table) for kind, table in SETTINGS.items()}

# Words that are a request by themselves, without the device's name: 빨래 돌려줘.
NAMELESS = {
    ("washer", "start"): Phrase("(빨래*8|빨랫감|빨래감|세탁*2) {a} [(돌리*8|시작하*2|하*2)]"),
    ("dryer", "start"): Phrase("빨래 {a} [말리]|(건조|빨래 건조) {a} [(돌리*2|시작하)]"),
    ("dishwasher", "start"): Phrase("(설거지*6|설겆이*2) {a} [(돌리*5|시작하*3|하*3)]"),
    ("vacuum", "start"): Phrase("{r}청소 {a} [(시작하*4|하*4|돌리*2)]|{r}바닥 청소 {a} [(하|시작하)]|{r}바닥 {a} [청소하]"),
}

LEVEL_DEVICES = ["aircon"] * 5 + ["fan"] * 8 + ["purifier"] * 5 + ["vacuum"] * 5 + ["humidifier"] * 5 + ["boiler", "light"]
TEMPERATURE_DEVICES = ["aircon"] * 12 + ["boiler"] * 8 + ["oven"] * 4 + ["fridge"] * 3 + ["washer"] * 3 + ["dryer"]
SOUND_DEVICES = ["tv"] * 5 + ["speaker"] * 5
TIMER_DEVICES = (["aircon"] * 4 + ["fan"] * 5 + ["oven"] * 5 + ["humidifier"] * 3 + ["light"] * 2 + ["washer"] * 2 + ["dryer"] * 4 + ["tv"] * 2 + ["boiler"] * 2
                 + ["purifier"] * 2 + ["speaker"] * 2 + ["dishwasher", "vacuum"])


class Clause:
    """head [stem], and the actions it asks for: (device, room, action, param, value)."""

    __slots__ = ("head", "stem", "actions")

    def __init__(self, head, stem, actions):
        self.head, self.stem, self.actions = head, stem, actions


def choose(table, device, chance):
    """The device's own template now and then, else the general one."""
    own, general = table.get(device), table.get("")
    if own is None:
        return general
    if general is None or chance.happens(0.35):
        return own
    return general


def temperature(device, chance):
    if chance.happens(0.02):
        return chance.between(0, 250)
    if device == "aircon":
        return chance.between(18, 28) if chance.happens(0.8) else chance.between(16, 30)
    if device == "boiler":
        return chance.between(18, 28) if chance.happens(0.75) else chance.between(10, 60)
    if device == "oven":
        return chance.between(15, 24) * 10 if chance.happens(0.8) else chance.between(16, 50) * 5
    if device == "fridge":
        return chance.between(1, 8)
    return chance.pick((20, 30, 30, 40, 40, 40, 50, 60, 60, 70, 80, 90, 95))


def value_of(kind, device, chance):
    """A likely value for a setting with a number."""
    action, param = kind.split(".")
    if param == "temperature":
        if action == "set":
            return temperature(device, chance)
        if device == "oven":
            return chance.pick((5, 10, 10, 10, 15, 20, 20, 20, 30, 40, 50))
        return chance.pick((1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 5, 5, 6, 7, 8, 10))
    if param == "brightness":
        if action == "set":
            return chance.pick((10, 20, 30, 40, 50, 50, 60, 70, 80, 90, 100)) if chance.happens(0.7) else chance.between(0, 100)
        return chance.pick((5, 10, 10, 10, 15, 20, 20, 30, 40, 50))
    if param == "volume":
        if action == "set":
            return chance.pick((5, 10, 12, 15, 20, 25, 30, 40, 50)) if chance.happens(0.6) else chance.between(0, 100)
        return chance.pick((1, 2, 2, 3, 3, 4, 5, 5, 5, 6, 7, 8, 10, 10, 15, 20))
    if param == "channel":
        if action == "set":
            return chance.pick((5, 6, 7, 9, 11, 11, 13, 15, 17, 18, 23)) if chance.happens(0.5) else chance.between(1, 120) if chance.happens(0.85) else chance.between(1, 999)
        return chance.pick((1, 1, 2, 3))
    if action == "set":
        return chance.between(1, 5) if chance.happens(0.85) else chance.between(1, 10)
    return chance.pick((1, 1, 1, 1, 2, 2, 2, 3, 4))


SPAN = (5, 10, 10, 10, 15, 15, 20, 20, 30, 30, 30, 30, 40, 45, 50, 60, 60, 60, 60, 90, 90, 120, 120, 180, 180, 240)


def span(chance):
    """Minutes of a timer: mostly round."""
    if chance.happens(0.78):
        return chance.pick(SPAN)
    if chance.happens(0.7):
        return chance.between(1, 24) * 5
    return chance.between(1, 90) if chance.happens(0.7) else chance.between(1, 10) * 60 + chance.pick((0, 0, 10, 15, 20, 30, 30, 40, 45, 50))


def spoken(kind, value, chance):
    """The number of a setting in words, with its unit."""
    action, param = kind.split(".")
    if param == "temperature":
        return quantity.degrees(chance, value)
    if param == "brightness":
        return (quantity.brightness(chance, value) if action == "set" else quantity.percent(chance, value) if chance.happens(0.6) else quantity.plain(chance, value))
    if param == "volume":
        return quantity.volume(chance, value) if action == "set" else quantity.volume_step(chance, value)
    if param == "channel":
        if action != "set":
            return chance.pick(("하나", "한 칸", "1")) if value == 1 else chance.pick((quantity.native(value) + " 개", quantity.native(value) + " 칸", str(value)))
        return quantity.channel(chance, value)
    return quantity.level_goal(chance, value) if action == "set" else quantity.level_step(chance, value)


def delay(chance, text):
    filled = DELAY.draw(chance, {"s": text})
    if chance.happens(0.12):
        filled = chance.pick(("한 ", "지금부터 ", "딱 ", "이따 ", "이따가 ", "앞으로 ", "정확히 ")) + filled
    return filled


def parse(text, actions):
    """Splits a drawn template at its [stem]."""
    head, found, rest = attach(text).partition("[")
    if not found:
        return Clause(head, None, actions)
    return Clause(head, rest[:-1], actions)


def base_env(noun, chance):
    """The slots every clause has. `noun` writes the device: noun("O") or noun("G")."""
    return {"O": lambda: noun("O"), "G": lambda: noun("G"), "a": lambda: ADVERB.draw(chance), "M": lambda: MORE.draw(chance)}


IS_NOW = {"off": Phrase("켜져 있는 *4|아까 켠 *2|방금 켠 *2|켜진 *2|계속 켜져 있는 |지금 켜져 있는 *2"), "stop": Phrase("돌아가고 있는 *3|돌고 있는 *2|켜져 있는 |아까 돌린 *2|지금 돌아가는 "),
          "on": Phrase("꺼져 있는 *3|아까 끈 *2|꺼진 "), "close": Phrase("열려 있는 *3|열린 "), "open": Phrase("닫혀 있는 *2|쳐져 있는 "), "lock": Phrase("열려 있는 |안 잠긴 "), "unlock": Phrase("잠긴 |잠겨 있는 ")}


def switch(kind, device, noun, actions, chance):
    """on, off, start, stop, open, close, lock, unlock."""
    if kind in IS_NOW and chance.happens(0.015):
        bare = noun

        def noun(role):
            text = bare(role)
            return IS_NOW[kind].draw(chance) + text if text.strip() else text
    table = SWITCH[kind]
    phrase = table.get(device) or table[""]
    return parse(phrase.draw(chance, base_env(noun, chance)), actions)


def timed_switch(kind, device, noun, actions, minutes, lasting, chance):
    """A switch after a delay, or for a duration."""
    env = base_env(noun, chance)
    text = quantity.minutes(chance, minutes)
    if lasting:
        when = DURATION.draw(chance, {"s": text})
    else:
        when = delay(chance, text)
        if kind in ENDED and chance.happens(0.1):
            env.update(t=when, s=text)
            return parse(ENDED[kind].draw(chance, env), actions)
    table = SWITCH[kind]
    phrase = table.get(device) or table[""]
    if chance.happens(0.45):
        return parse(when + " " + phrase.draw(chance, env), actions)
    env["O"] = lambda: noun("O") + " " + when  # 에어컨 30분 뒤에 꺼
    env["G"] = lambda: noun("G") + " " + when
    return parse(phrase.draw(chance, env), actions)


def setting(kind, device, noun, value, actions, chance):
    """set, up, down of a number; `kind` is action.param, `value` None for "a little"."""
    env = base_env(noun, chance)
    env["B"] = lambda: BRIGHTNESS_WORD.draw(chance)
    env["L"] = lambda: LOUDNESS_WORD.draw(chance)
    env["W"] = lambda: (LEVEL_WORD.get(device) or LEVEL_WORD[""]).draw(chance)
    if value is None:
        kind += ".null"
    else:
        env["v"] = spoken(kind, value, chance)
        env["n"] = lambda: quantity.plain(chance, value)
        env["w"] = lambda: spoken(kind, value_of(kind, device, chance), chance)  # 26도에서 24도로: where it stood counts for nothing
        if not kind.startswith("set"):
            env["a"] = lambda: STEP_MORE.draw(chance)
            if chance.happens(0.08):
                env["v"] = chance.pick(("한 ", "딱 ", "지금보다 ", "거기서 ", "현재보다 ", "여기서 ")) + env["v"]
    return parse(choose(SETTING[kind], device, chance).draw(chance, env), actions)


def set_timer(noun, minutes, actions, chance):
    env = base_env(noun, chance)
    env["s"] = quantity.minutes(chance, minutes)
    return parse(SETTING["set.timer"][""].draw(chance, env), actions)


def mode_for(device, chance):
    return chance.pick(ALL_MODES) if chance.happens(0.05) or device not in DEVICE_MODES else chance.pick(DEVICE_MODES[device])


SHORT_MODES = {"cool", "heat", "dry", "auto", "turbo", "strong", "weak", "spin", "rinse", "eco", "wash", "sleep"}


def set_mode(device, noun, mode, actions, chance):
    env = base_env(noun, chance)
    env["m"] = lambda: MODE[mode].draw(chance)
    table = SETTING["set.mode"]
    draw = chance.random()
    if mode == "quiet" and draw < 0.15 and device in ("vacuum", "purifier", "dishwasher", "washer", "dryer", "fan", "humidifier", "aircon"):
        return parse(table["quietly"].draw(chance, env), actions)
    if device in ("washer", "dryer", "dishwasher") and draw < 0.35:
        phrase = table["wet"]
    elif mode in SHORT_MODES and draw > (0.4 if mode in ("strong", "weak", "dry", "cool", "spin", "rinse") else 0.75):
        phrase = table["short"]
    else:
        phrase = table[""]
    return parse(phrase.draw(chance, env), actions)


def power(device, on):
    """켜다 and 끄다 for this device."""
    if device in JOB:
        return "start" if on else "stop"
    return "on" if on else "off"
