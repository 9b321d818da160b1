"""What user_profiles must hold for a record, read by plain Python from the JSON: the independent witness of the transform."""
import datetime
import json
import re

COLUMNS = ["id", "title", "first_name", "last_name", "gender", "address", "city", "state", "country", "postcode",
           "latitude", "longitude", "timezone", "email", "username", "dob", "registered_date", "phone", "cell",
           "picture", "nat"]


class Number(str):
    """A JSON number with its spelling."""


def loads(text):
    return json.loads(text, parse_int=Number, parse_float=Number)


def path(record, dotted):
    value = record
    for step in dotted.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def squeeze(text):
    return None if text is None else re.sub(r"[ \t\n\x0b\f\r]+", " ", text)


def trim(text):
    return None if text is None else text.strip(" ")


def joined(separator, *parts):
    return separator.join(p for p in parts if p is not None)


def timestamp(text):
    if text is None:
        return None
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(datetime.timezone.utc)
    whole = moment.strftime("%Y-%m-%d %H:%M:%S")
    if not moment.microsecond:
        return whole
    digits = f"{moment.microsecond:06d}"
    return f"{whole}.{digits[:3] if digits.endswith('000') else digits}"


def only_phone(text):
    return None if text is None else re.sub(r"[^0-9A-Za-z+]", "", text)


def lower(text):
    return None if text is None else text.lower()


def row(record):
    """The 21 columns as SQLite stores them."""
    def get(dotted):
        return path(record, dotted)

    street = joined(" ", get("location.street.number"), trim(get("location.street.name")))
    address = squeeze(joined(", ", street, trim(get("location.city")), trim(get("location.state")),
                             get("location.country")))
    uuid = get("login.uuid")
    nat = get("nat")
    return {
        "id": uuid.lower() if uuid else None,
        "title": get("name.title"),
        "first_name": trim(squeeze(get("name.first"))),
        "last_name": trim(squeeze(get("name.last"))),
        "gender": lower(get("gender")),
        "address": address,
        "city": trim(get("location.city")),
        "state": trim(get("location.state")),
        "country": get("location.country"),
        "postcode": get("location.postcode"),
        "latitude": float(get("location.coordinates.latitude")) if get("location.coordinates.latitude") else None,
        "longitude": float(get("location.coordinates.longitude")) if get("location.coordinates.longitude") else None,
        "timezone": get("location.timezone.offset"),
        "email": lower(trim(get("email"))),
        "username": get("login.username"),
        "dob": timestamp(get("dob.date")),
        "registered_date": timestamp(get("registered.date")),
        "phone": only_phone(get("phone")),
        "cell": only_phone(get("cell")),
        "picture": get("picture.medium"),
        "nat": nat.upper() if nat else None,
    }


EMAIL = re.compile(r"^[^@ ]+@[^@ ]+[.][^@ ]+$")


def rejected(values):
    """The name of the first constraint that drops the row, or None."""
    if values["id"] is None:
        return "column id"
    if values["email"] is None or not EMAIL.search(values["email"]):
        return "valid_email"
    if values["latitude"] is None or values["longitude"] is None or \
            not (-90 <= values["latitude"] <= 90 and -180 <= values["longitude"] <= 180):
        return "valid_coordinates"
    return None
