"""The two functions of pipeline files that Spark does not have, for a Spark session that runs a pipeline's SELECT.

    from functions import register
    register(spark)
"""

import hashlib
import hmac
import unicodedata


def hmac_sha256(key, value):
    """The HMAC-SHA-256 of a text or bytes under a key, in hexadecimal; None where one of them is None."""
    if key is None or value is None:
        return None
    return hmac.new(_bytes(key), _bytes(value), hashlib.sha256).hexdigest()


def normalize(text, form):
    """The text in one of Unicode's normal forms: NFC, NFD, NFKC, NFKD."""
    if text is None or form is None:
        return None
    return unicodedata.normalize(form, text)


def _bytes(value):
    return value.encode("utf-8") if isinstance(value, str) else bytes(value)


def register(spark):
    spark.sparkContext.addPyFile(__file__)  # Python's workers import this file
    spark.udf.register("hmac_sha256", hmac_sha256, "string")
    spark.udf.register("normalize", normalize, "string")
