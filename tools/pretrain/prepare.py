"""Step 1: raw data -> clean text files in a work folder.  One minute, no torch.

  python prepare.py --data ../shared/data --work WORK

Writes reviews.{train,valid}.txt (one review a line) and chatbot, film, feeling, openers .{train,valid}.tsv (question, tab, answer), all coarse
language dropped.  What is held out is decided by a hash of the text, so a text that occurs twice is on one side only.
"""
import argparse
import csv
import hashlib
import pathlib
import random

import clean
import film_talk


def is_held_out(text, percent):
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "little") % 1000 < 10 * percent


def read_reviews(folder):
    """Clean unlabelled reviews and [(review, liked)], each text once."""
    lines = (folder / "corpus_ko_reviews_train_20MB.txt").read_text(encoding="utf-8").split("\n")
    rows = (folder / "nsmc_rebuilt_train.tsv").read_text(encoding="utf-8").split("\n")[1:]
    labelled = {}
    for row in filter(None, rows):
        _, text, label = row.split("\t")
        text = clean.clean(text)
        if text:
            labelled[text] = label == "1"
    reviews = dict.fromkeys(filter(None, map(clean.clean, lines)))
    reviews.update(dict.fromkeys(labelled))
    print(f"reviews: {len(lines) + len(rows)} read, {len(reviews)} kept; {len(labelled)} labelled")
    return list(reviews), list(labelled.items())


def read_chatbot(path):
    """Question and answer pairs; questions may be short and slangy, so only coarse ones are dropped."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = [(question.strip(), answer.strip()) for question, answer, _ in list(csv.reader(file))[1:]]
    pairs = {}
    for question, answer in rows:
        if clean.is_coarse(question) or clean.is_coarse(answer) or not clean.fold(question) or not clean.fold(answer):
            continue
        question, answer = clean.fold(question), clean.fold(answer).replace("위로봇", "온돌")
        pairs[question] = answer if answer[-1] in ".!?~" else answer + "."
    print(f"chatbot: {len(rows)} read, {len(pairs)} kept")
    return list(pairs.items())


def read_openers(path, rng):
    pairs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        questions, answers = (side.split("|") for side in line.split("\t"))
        pairs += [(vary(question + end, rng) if rng.random() < 0.1 else question + end, answer) for question in questions for answer in answers for end in ("", rng.choice("?.!~"), "?")]
    return pairs


def vary(question, rng):
    """The same question as another hand would type it: another ending, fewer blanks, sometimes a picture."""
    question = question.rstrip(".!?~ ") + rng.choice(["", "", "?", ".", "!", "~", ".."])
    if rng.random() < 0.08:
        question += rng.choice(["ㅎㅎ", "ㅋㅋ", "ㅠㅠ", " ㅎㅎ", "^^", " 😊", "😂", " 😢", "❤"])
    return question.replace(" ", "", rng.randint(1, 3)) if rng.random() < 0.15 else question


def write_pairs(work, name, train, valid):
    for part, pairs in (("train", train), ("valid", valid)):
        (work / f"{name}.{part}.tsv").write_text("".join(f"{q}\t{a}\n" for q, a in pairs), encoding="utf-8")
    print(f"{name}: {len(train)} train, {len(valid)} held out")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, default="../shared/data")
    parser.add_argument("--work", type=pathlib.Path, required=True)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    rng = random.Random(20261121)

    reviews, labelled = read_reviews(args.data / "ko-nsmc-raw")
    rng.shuffle(reviews)
    sides = {"train": [], "valid": []}
    for review in reviews:
        sides["valid" if is_held_out(review, 1) else "train"].append(review)
    for part, texts in sides.items():
        (args.work / f"reviews.{part}.txt").write_text("\n".join(texts) + "\n", encoding="utf-8")
        print(f"reviews: {len(texts)} {part}")

    counts = film_talk.count_words(sides["train"])
    film, feeling = {"train": [], "valid": []}, {"train": [], "valid": []}
    for part, texts in sides.items():
        for review in texts:
            film[part] += film_talk.from_review(review, counts, rng)
    for review, liked in labelled:
        part = "valid" if is_held_out(review, 1) else "train"
        film[part] += film_talk.of_label(review, liked, counts, rng)
        feeling[part] += film_talk.about_label(review, liked, rng)
    write_pairs(args.work, "film", film["train"], film["valid"])
    write_pairs(args.work, "feeling", feeling["train"], feeling["valid"])

    chatbot = read_chatbot(args.data / "ko-chatbot" / "ChatbotData.csv")
    train = [pair for pair in chatbot if not is_held_out(pair[0], 5)]
    varied = [(question if copy == 0 else vary(question, rng), answer) for copy in range(4) for question, answer in train]
    write_pairs(args.work, "chatbot", varied, [pair for pair in chatbot if is_held_out(pair[0], 5)])

    openers = read_openers(pathlib.Path(__file__).with_name("openers.tsv"), rng)
    write_pairs(args.work, "openers", openers + film_talk.unknown_facts(rng), [])


if __name__ == "__main__":
    main()
