"""Draws the sample papers: a fixed list of type, degradation, format and seed for the generator in bench/reading.
Called by samples/make. Pages are kept small (200 dpi, strong compression), so that the folder stays below 8 MB."""
import json
import os
import sys
from dataclasses import dataclass

import cv2
import numpy as np

from generator.__main__ import make

MARK = "MẪU - KHÔNG CÓ GIÁ TRỊ"


@dataclass
class Sample:
    name: str
    kind: str
    degradation: str
    format: str
    seed: int
    pages: int = 0  # of a decision
    dpi: int = 200  # pages are brought down to this
    quality: int = 0  # of JPEG streams; 0: as the degradation has it
    greys: int = 0  # a page of few greys, for a small PNG


SAMPLES = [
    Sample("birth-certificate-flatbed", "birth_certificate", "flatbed", "jpg", 3, quality=62),
    Sample("birth-extract-office", "birth_certificate", "office", "jpg", 5),
    Sample("birth-certificate-2006-phone", "birth_certificate", "phone", "jpg", 3),
    Sample("birth-certificate-copier", "birth_certificate", "copier", "png", 4),
    Sample("marriage-certificate-flatbed", "marriage_certificate", "flatbed", "jpg", 4, quality=62),
    Sample("marriage-certificate-office", "marriage_certificate", "office", "pdf", 2),
    Sample("marriage-certificate-phone", "marriage_certificate", "phone", "jpg", 3),
    Sample("decision-flatbed", "administrative_decision", "flatbed", "pdf", 1, pages=1, quality=70),
    Sample("decision-office-2-pages", "administrative_decision", "office", "pdf", 2, pages=2),
    Sample("decision-copier-3-pages", "administrative_decision", "copier", "tif", 3, pages=3),
    Sample("decision-grey-2-pages", "administrative_decision", "grey", "tif", 4, pages=2),
    Sample("decision-phone", "administrative_decision", "phone", "jpg", 5, pages=1),
    Sample("residence-flatbed", "residence_confirmation", "flatbed", "png", 1, greys=16),
    Sample("residence-office", "residence_confirmation", "office", "jpg", 2),
    Sample("residence-phone", "residence_confirmation", "phone", "jpg", 3),
    Sample("residence-sideways", "residence_confirmation", "sideways", "jpg", 4),
    Sample("receipt-phone", "other", "phone", "jpg", 4),
    Sample("minutes-office", "other", "office", "pdf", 4),
    Sample("official-letter-office", "official_letter", "office", "pdf", 1, dpi=150),
    Sample("business-registration-flatbed", "business_registration", "flatbed", "jpg", 2, quality=60),
    Sample("marital-status-phone", "marital_status_confirmation", "phone", "jpg", 3),
    Sample("university-degree-flatbed", "university_degree", "flatbed", "jpg", 1, quality=55),
    Sample("land-certificate-flatbed", "land_use_certificate", "flatbed", "pdf", 2, quality=50),
    Sample("citizen-id-flatbed", "citizen_id_2021", "flatbed", "jpg", 1, quality=60),
    Sample("identity-card-office", "identity_card_2024", "office", "jpg", 2),
    Sample("driving-licence-flatbed", "driving_licence", "flatbed", "jpg", 3, quality=60),
    Sample("school-transcript-flatbed", "school_transcript", "flatbed", "pdf", 1, quality=55),
    Sample("criminal-record-copier", "criminal_record_1", "copier", "png", 2),
]


def mark(sheet):
    sheet.text(sheet.width / 2, sheet.height - 4.5, MARK, "arimo", 8, "", "m", (120, 120, 124))


def squeezer(sample):
    def squeeze(capture):
        if capture.dpi == 72:  # a photograph
            capture.image = cv2.resize(capture.image, None, fx=.64, fy=.64, interpolation=cv2.INTER_AREA)
            capture.quality = min(capture.quality, 62)
        elif capture.dpi > sample.dpi:
            factor = sample.dpi / capture.dpi
            capture.image = cv2.resize(capture.image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
            capture.dpi = sample.dpi
        if sample.greys:
            step = 255 / (sample.greys - 1)
            grey = cv2.cvtColor(capture.image, cv2.COLOR_RGB2GRAY) if capture.image.ndim == 3 else capture.image
            capture.image = (np.round(grey / step) * step).astype(np.uint8)
        capture.quality = sample.quality or capture.quality
        return capture
    return squeeze


def main(folder):
    expected = os.path.join(folder, "expected")
    os.makedirs(expected, exist_ok=True)
    for sample in SAMPLES:
        drawing = {"pages": sample.pages} if sample.pages else None
        data, form, truth = make("samples", sample.seed, sample.kind, sample.degradation, sample.format, sample=True,
                                 drawing=drawing, mark=mark, squeeze=squeezer(sample))
        name = f"{sample.name}.{form}"
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
        with open(os.path.join(expected, f"{sample.name}.json"), "w", encoding="utf-8") as file:
            json.dump({"file": name, **truth}, file, ensure_ascii=False, indent=1)
            file.write("\n")
        print(f"{len(data) // 1024:5d} KiB  {name}  {truth['layout']}")


if __name__ == "__main__":
    main(sys.argv[1])
