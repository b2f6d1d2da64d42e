"""rapidocr with the models in its package: where text stands, and what it says."""

from __future__ import annotations

import logging
import math
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import ModelMissing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Image = NDArray[np.uint8]
    """Rows of pixels; colours, where there are any, in the order blue, green, red."""
    Quad = NDArray[np.float32]
    """Four corners (x, y), clockwise from the top left of the text."""

_MODELS = ("*det*.onnx", "*rec*.onnx")
_SIDE, _LONGEST_SIDE = 1280, 1600
"""For finding lines, and again where they are small; the full picture says what they are."""
_SMALL_LINE = 16.0
_SMALL_SIDE = 900
_ENLARGED = 2.0
_LINE_HEIGHT = 48
"""What the model that reads lines takes, in pixels."""
_LEAST_WIDTH = 160
"""Single figures are read better with room beside them."""


class Engine:
    """The two models, loaded at first use; one thread at a time uses them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ocr: Any = None

    def find(self, image: Image) -> list[Quad]:
        """Return the corners of each line of text in a picture."""
        side = max(image.shape[:2])
        if side < _SMALL_SIDE:
            return self._found(image, _ENLARGED)
        scale = min(1.0, _SIDE / side)
        quads = self._found(image, scale)
        heights = sorted(scale * height_of(quad) for quad in quads)
        if scale < 1 and heights and heights[len(heights) // 10] < _SMALL_LINE:
            return self._found(image, min(1.0, _LONGEST_SIDE / side))
        return quads

    def has_text(self, preview: Image) -> bool:
        """Say whether there seems to be text in a picture, which may be too small to read."""
        return bool(self._found(preview, 1.0))

    def _found(self, image: Image, scale: float) -> list[Quad]:
        import cv2
        import numpy as np
        from rapidocr.main import RapidOCRError

        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        seen = (
            image if scale == 1 else cv2.resize(image, None, fx=scale, fy=scale, interpolation=how)
        )
        with self._lock:
            try:
                _, found = self._loaded().detect_and_crop(seen, {})
            except RapidOCRError:
                return []
        return [np.asarray(box, dtype=np.float32) / scale for box in found.boxes]

    def recognise(self, crops: Sequence[Image]) -> list[tuple[str, float]]:
        """Return what each picture of one line says, and how sure that is."""
        if not crops:
            return []
        with self._lock:
            found = self._loaded().recognize_txt(list(crops))
        return [
            (str(text), float(score)) for text, score in zip(found.txts, found.scores, strict=True)
        ]

    def _loaded(self) -> Any:
        if self._ocr is None:
            self._ocr = _load()
        return self._ocr


def height_of(quad: Quad) -> float:
    """Return the height of a line, however it is turned."""
    return min(math.dist(quad[0], quad[1]), math.dist(quad[0], quad[3]))


ENGINE = Engine()
"""One for the process: the models take some hundred megabytes."""


def _load() -> Any:
    try:
        import rapidocr
    except ImportError as exc:
        raise ModelMissing(
            "Text in pictures cannot be read: rapidocr is not installed.",
            "Install it: pip install rapidocr onnxruntime opencv-python-headless.",
        ) from exc
    folder = Path(str(rapidocr.__file__)).parent / "models"
    if not all(list(folder.glob(pattern)) for pattern in _MODELS):
        # Without this, it would fetch them from the network.
        raise ModelMissing(
            "Text in pictures cannot be read: the models are missing from rapidocr.",
            "Install the release of rapidocr that CiteDesk names; it carries them.",
        )
    # Two documents are read at a time, each in a process of its own.
    threads = max(1, (os.cpu_count() or 2) // 2)
    ocr = rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_vertical_padding": False,
            # Pictures come in the right size; enlarging a narrow strip takes for ever.
            "Det.limit_type": "max",
            "Det.limit_side_len": 4000,
            # Without filling: on a processor, lines one by one are read faster than lines made
            # equally wide, and a short one is not made as wide as a long one.
            "Rec.rec_batch_num": 1,
            "Rec.rec_img_shape": [3, _LINE_HEIGHT, _LEAST_WIDTH],
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    return ocr
