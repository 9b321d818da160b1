"""PySpark as the benches run it: the jars that it reads Kafka and writes Cassandra with, a session, the topic as a table.

    python tests/bench/spark_side.py      downloads the jars from Maven Central, once, so that a bench can run without the network
"""
import os
import pathlib
import re
import subprocess
import sys

PLACE = pathlib.Path(__file__).resolve().parents[2] / "build" / "bench" / "spark-jars"
JARS = ("org.apache.spark:spark-sql-kafka-0-10_2.12:3.5.7", "com.datastax.spark:spark-cassandra-connector_2.12:3.5.1")


def fetch_jars():
    dependencies = "".join("<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>".format(*one.split(":"))
                           for one in JARS)
    pom = ('<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>userstream</groupId>'
           f"<artifactId>bench</artifactId><version>1</version><packaging>pom</packaging><dependencies>{dependencies}</dependencies></project>")
    complete = PLACE / ".complete"
    if complete.exists() and complete.read_text() == pom:
        return
    PLACE.mkdir(parents=True, exist_ok=True)
    for old in PLACE.glob("*.jar"):
        old.unlink()
    (PLACE / "pom.xml").write_text(pom)
    subprocess.run(["mvn", "-q", "-B", "-f", str(PLACE / "pom.xml"), "dependency:copy-dependencies", "-DincludeScope=runtime",
                    f"-DoutputDirectory={PLACE}"], check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    complete.write_text(pom)


def schema_and_select(userstream):
    """As `userstream schema spark` prints them."""
    text = subprocess.run([userstream, "schema", "spark"], check=True, capture_output=True, text=True).stdout
    return re.search(r"schema =\n-- (.*)\n", text).group(1), text[text.index("SELECT"):].rstrip().rstrip(";")


def open_session(master, **settings):
    """settings: of Spark, with __ for a dot. Without the network; what Spark says besides goes to standard error."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("bench")
    for name, value in {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "false", "spark.ui.enabled": "false",
                        "spark.ui.showConsoleProgress": "false", "spark.driver.memory": "3g", "spark.driver.extraJavaOptions": "-Duser.timezone=UTC",
                        **{name.replace("__", "."): value for name, value in settings.items()}}.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def jar_list():
    """The value of spark.jars."""
    return ",".join(sorted(str(jar) for jar in PLACE.glob("*.jar")))


def read_topic(spark, address, topic, schema):
    """The records of a Kafka topic, all there are now, as the table that the SELECT reads."""
    from pyspark.sql.functions import col, from_json

    (spark.read.format("kafka").option("kafka.bootstrap.servers", address).option("subscribe", topic).option("startingOffsets", "earliest").load()
     .select(from_json(col("value").cast("string"), schema).alias("r")).select("r.*").createOrReplaceTempView("user_topic"))


if __name__ == "__main__":
    fetch_jars()
