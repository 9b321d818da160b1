# userstream: `make run` and `make test` are all a newcomer needs; `make help` lists the rest.

VERSION := 0.1.0
BUILD   ?= build
MODE    ?= release
CC      ?= cc
CXX     ?= c++
PREFIX  ?= /usr/local
LIBDIR  ?= $(PREFIX)/lib
PYTHON  ?= python3
Q       := $(if $(V),,@)
say      = @printf '  %-7s %s\n' $(1) '$(2)'

ROOMS   := core net source simulator log sql sink pipeline server cli
PACKAGES := libcurl libmicrohttpd lmdb sqlite3 simdjson icu-uc icu-i18n libpcre2-8 libcrypto libzstd zlib rdkafka

# ---- flags ---------------------------------------------------------------------------------------------------------

WARN_BOTH := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wvla -Wformat=2 -Wundef -Wcast-qual -Wpointer-arith \
             -Wwrite-strings -Wswitch-enum -Wnull-dereference -Wdouble-promotion
WARN_C    := $(WARN_BOTH) -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
WARN_CXX  := $(WARN_BOTH) -Wno-undef -Wno-shadow -Wno-null-dereference

ifeq ($(MODE),release)
  OPT := -O2 -g -gz -DNDEBUG
else ifeq ($(MODE),debug)
  OPT := -O1 -g
else ifeq ($(MODE),asan)
  OPT := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
else ifeq ($(MODE),tsan)
  OPT := -O1 -g -fno-omit-frame-pointer -fsanitize=thread
else ifeq ($(MODE),coverage)
  OPT := -O0 -g --coverage -fprofile-update=atomic
else ifeq ($(MODE),fuzz)
  CC  := clang
  CXX := clang++
  # an empty span's end is NULL + 0, which C++ and C2y define and C17 does not
  OPT := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined \
         -fno-sanitize=pointer-overflow -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  WARN_BOTH += -Wno-pedantic -Wno-unknown-warning-option
else
  $(error MODE is one of release debug asan tsan coverage fuzz)
endif

HARDEN   := -fstack-protector-strong -fPIC -fvisibility=hidden
# a * b + c is two roundings on every machine, as in Java
EXACT    := -ffp-contract=off
CPPFLAGS += -Isrc -Iinclude -D_GNU_SOURCE -DUSERSTREAM_VERSION='"$(VERSION)"' $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
CFLAGS   := -std=gnu17 $(OPT) $(EXACT) $(HARDEN) $(WARN_C)
CXXFLAGS := -std=c++17 $(OPT) $(EXACT) $(HARDEN) $(WARN_CXX)
LDFLAGS  := $(OPT) -Wl,--as-needed -pthread
LDLIBS   := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lm -ldl

# ---- the program: a static library a room, then the binary --------------------------------------------------------

room_sources = $(wildcard src/$(1)/*.c src/$(1)/*.cc src/$(1)/*/*.c)
room_objects = $(patsubst src/%,$(BUILD)/obj/%.o,$(call room_sources,$(1)))
room_library = $(BUILD)/lib/lib$(1).a
LIBRARIES    := $(foreach r,$(ROOMS),$(call room_library,$(r)))

all: $(BUILD)/userstream

# `make` alone installs nothing: it says what is missing
libraries:
	@pkg-config --exists $(PACKAGES) || { \
		echo "Libraries are missing. This installs them: tools/deps build" >&2; \
		pkg-config --print-errors --exists $(PACKAGES); exit 1; }

$(BUILD)/obj/%.c.o: src/%.c Makefile | libraries
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -include core/banned.h -MMD -MP -c -o $@ $<

$(BUILD)/obj/%.cc.o: src/%.cc Makefile | libraries
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<

define room_rule
$(call room_library,$(1)): $(filter-out %/cli/main.c.o,$(call room_objects,$(1)))
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(Q)$$(AR) rcs $$@ $$^
endef
$(foreach r,$(ROOMS),$(eval $(call room_rule,$(r))))

$(BUILD)/userstream: $(BUILD)/obj/cli/main.c.o $(LIBRARIES)
	$(call say,LINK,$@)
	$(Q)$(CXX) $(LDFLAGS) -o $@ $< -Wl,--start-group $(LIBRARIES) -Wl,--end-group $(LDLIBS)

# ---- the engine as a library: the rooms sql and core behind include/userstream.h -------------------------------------

SOVERSION := 0
LIBRARY_NEEDS := simdjson icu-uc icu-i18n libpcre2-8 libcrypto zlib
library: $(BUILD)/libuserstream.so $(BUILD)/libuserstream.a

$(BUILD)/libuserstream.so.$(SOVERSION): $(BUILD)/obj/sql/library.c.o $(call room_library,sql) $(call room_library,core) src/sql/library.map
	$(call say,LINK,$@)
	$(Q)$(CXX) $(LDFLAGS) -shared -Wl,-soname,$(@F) -Wl,--version-script=src/sql/library.map -Wl,-z,defs -o $@ $< \
	    -Wl,--start-group $(call room_library,sql) $(call room_library,core) -Wl,--end-group $(LDLIBS)

$(BUILD)/libuserstream.so: $(BUILD)/libuserstream.so.$(SOVERSION)
	$(Q)ln -sf $(<F) $@

# One object in which only the interface is left to see, so that our names meet no others.
$(BUILD)/libuserstream.a: $(BUILD)/obj/sql/library.c.o $(call room_library,sql) $(call room_library,core)
	$(call say,AR,$@)
	$(Q)$(CXX) -r -nostdlib -o $(BUILD)/userstream.o $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group
	$(Q)objcopy --localize-hidden $(BUILD)/userstream.o
	@rm -f $@
	$(Q)$(AR) rcs $@ $(BUILD)/userstream.o

# ---- the Cassandra plugin: Rust, loaded only for --sink cassandra://… -----------------------------------------------

PLUGIN := $(BUILD)/userstream-cassandra.so
CARGO  ?= cargo

$(PLUGIN): $(wildcard plugins/cassandra/src/*.rs) plugins/cassandra/Cargo.toml plugins/cassandra/Cargo.lock
	@mkdir -p $(BUILD)
	$(call say,CARGO,$@)
	$(Q)$(CARGO) build --quiet --release --locked --manifest-path plugins/cassandra/Cargo.toml --target-dir build/cargo
	@cp build/cargo/release/libuserstream_cassandra.so $@.new && mv $@.new $@

cassandra:
	@tools/deps build cassandra
	@$(MAKE) --no-print-directory $(PLUGIN)

# ---- unit tests: tests/unit/ROOM/test_*.c links the room, core, and what rooms may include ------------------------

deps_core := core
deps_net := net core
deps_source := source net core
deps_simulator := simulator net core
deps_log := log core
deps_sql := sql core
deps_sink := sink core
deps_pipeline := pipeline sql sink log source simulator net core
deps_server := server pipeline sql sink log source simulator net core
deps_cli := $(filter-out cli,$(ROOMS)) cli

UNIT_SOURCES := $(wildcard tests/unit/*/test_*.c)
UNIT_TESTS   := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(UNIT_SOURCES))

define unit_rule
$(BUILD)/tests/$(1)/%: tests/unit/$(1)/%.c $(wildcard tests/unit/$(1)/*.h tests/unit/*.h) $(foreach r,$(deps_$(1)),$(call room_library,$(r)))
	@mkdir -p $$(@D)
	$$(call say,TEST,$$<)
	$$(Q)$$(CC) $$(CPPFLAGS) -Itests/unit $$(CFLAGS) -Wno-missing-prototypes -UNDEBUG -c -o $$@.o $$<
	$$(Q)$$(CXX) $$(LDFLAGS) -o $$@ $$@.o -Wl,--start-group $(foreach r,$(deps_$(1)),$(call room_library,$(r))) -Wl,--end-group -lcmocka $$(LDLIBS)
endef
$(foreach r,$(ROOMS),$(eval $(call unit_rule,$(r))))

# make unit [ROOM=sql] runs the unit tests, of one room or all
unit: $(if $(ROOM),$(filter $(BUILD)/tests/$(ROOM)/%,$(UNIT_TESTS)),$(UNIT_TESTS))
	@tools/run-unit $^

# what the system tests run against a real broker is made with them
unit-programs: $(UNIT_TESTS) $(BUILD)/tests/log/contract_kafka

# what the system tests put before the C library, so that writes and syncs fail
$(BUILD)/tests/faultio.so: tests/system/faultio.c
	@mkdir -p $(@D)
	$(call say,TEST,$<)
	$(Q)$(CC) -std=gnu17 -O2 -D_GNU_SOURCE -fPIC -shared $(filter-out -Wmissing-prototypes,$(WARN_C)) -o $@ $< -ldl

# ---- fuzz targets: tests/fuzz/fuzz_*.c; the first line names the rooms to link: /* rooms: sql core */ ---------------

FUZZ_SOURCES := $(wildcard tests/fuzz/fuzz_*.c tests/fuzz/fuzz_*.cc)
FUZZ_TARGETS := $(foreach f,$(FUZZ_SOURCES),$(BUILD)/fuzz/$(basename $(notdir $(f))))
fuzz_rooms    = $(shell sed -n '1s/.*rooms: *\([a-z ]*[a-z]\).*/\1/p' $(1))

define fuzz_rule
$(BUILD)/fuzz/$(basename $(notdir $(1))): $(1) $(foreach r,$(call fuzz_rooms,$(1)),$(call room_library,$(r)))
	@mkdir -p $$(@D)
	$$(call say,FUZZ,$$<)
	$$(Q)$(if $(filter %.cc,$(1)),$$(CXX) $$(CPPFLAGS) $$(CXXFLAGS),$$(CC) $$(CPPFLAGS) $$(CFLAGS) -Wno-missing-prototypes) -c -o $$@.o $$<
	$$(Q)$$(CXX) $$(LDFLAGS) -fsanitize=fuzzer -o $$@ $$@.o -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $$(LDLIBS)
endef
ifeq ($(MODE),fuzz)
$(foreach f,$(FUZZ_SOURCES),$(eval $(call fuzz_rule,$(f))))
endif

fuzz-targets: $(FUZZ_TARGETS)

# ---- benches: tests/bench/bench_*.c(c), linked with everything ------------------------------------------------------

BENCH_SOURCES := $(wildcard tests/bench/bench_*.c tests/bench/bench_*.cc)
BENCHES       := $(foreach f,$(BENCH_SOURCES),$(BUILD)/bench/$(basename $(notdir $(f))))
# The bare loops of simdjson are compiled for the machine's vectors; our own code picks them at run time.
BENCH_VECTORS := $(if $(filter x86_64,$(shell uname -m)),-mavx2 -mbmi -mbmi2 -mpclmul -mlzcnt -mpopcnt)

$(BUILD)/bench/%: tests/bench/%.c $(LIBRARIES)
	@mkdir -p $(@D)
	$(call say,BENCH,$<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -Wno-missing-prototypes -c -o $@.o $<
	$(Q)$(CXX) $(LDFLAGS) -o $@ $@.o -Wl,--start-group $(LIBRARIES) -Wl,--end-group $(LDLIBS)
$(BUILD)/bench/%: tests/bench/%.cc $(LIBRARIES)
	@mkdir -p $(@D)
	$(call say,BENCH,$<)
	$(Q)$(CXX) $(CPPFLAGS) $(CXXFLAGS) $(BENCH_VECTORS) -std=c++20 -Wno-pedantic -c -o $@.o $<
	$(Q)$(CXX) $(LDFLAGS) -o $@ $@.o -Wl,--start-group $(LIBRARIES) -Wl,--end-group $(LDLIBS)

benches: $(BENCHES)

# ---- what people call -----------------------------------------------------------------------------------------------

# Everything a fresh machine lacks is installed first; then make starts anew, since it asks pkg-config for flags.
run:
	@tools/deps build
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@$(BUILD)/userstream run --source auto --for 60s $(ARGS)

check:
	@tools/deps build test
	@tests/lint/includes
	@$(MAKE) --no-print-directory -j$$(nproc) all unit-programs
	@$(MAKE) --no-print-directory unit

test:
	@tools/deps build test
	@tests/run-all

check-asan:
	@tools/deps build test
	@$(MAKE) --no-print-directory MODE=asan BUILD=build/asan unit

check-tsan:
	@tools/deps build test
	@$(MAKE) --no-print-directory MODE=tsan BUILD=build/tsan unit

# make fuzz SECONDS=600: each target so long
SECONDS ?= 10
fuzz:
	@tools/deps build test
	@$(MAKE) --no-print-directory MODE=fuzz BUILD=build/fuzz fuzz-targets
	@tests/fuzz/run $(SECONDS)

lint:
	@tools/deps build test
	@tests/lint/run

soak:
	@tools/deps build test
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@tests/soak/run

bench:
	@tools/deps build
	@$(MAKE) --no-print-directory all benches
	@tests/bench/run

man: $(BUILD)/userstream.1
$(BUILD)/userstream.1: $(BUILD)/userstream
	$(BUILD)/userstream help --man >$@

install: all man library
	install -D -m 755 $(BUILD)/userstream $(DESTDIR)$(PREFIX)/bin/userstream
	install -D -m 644 $(BUILD)/userstream.1 $(DESTDIR)$(PREFIX)/share/man/man1/userstream.1
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	$(BUILD)/userstream help --completion bash >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/userstream
	$(BUILD)/userstream help --completion zsh >$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_userstream
	install -D -m 644 pipelines/user_profiles.sql $(DESTDIR)$(PREFIX)/share/userstream/pipelines/user_profiles.sql
	if [ -f $(PLUGIN) ]; then install -D -m 755 $(PLUGIN) $(DESTDIR)$(PREFIX)/lib/userstream/$(notdir $(PLUGIN)); fi
	install -D -m 644 pipelines/tests/user_profiles.test $(DESTDIR)$(PREFIX)/share/userstream/pipelines/tests/user_profiles.test
	install -D -m 644 include/userstream.h $(DESTDIR)$(PREFIX)/include/userstream.h
	install -D -m 755 $(BUILD)/libuserstream.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/libuserstream.so.$(SOVERSION)
	ln -sf libuserstream.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/libuserstream.so
	install -D -m 644 $(BUILD)/libuserstream.a $(DESTDIR)$(LIBDIR)/libuserstream.a
	install -d $(DESTDIR)$(LIBDIR)/pkgconfig
	sed -e 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@VERSION@|$(VERSION)|; s|@NEEDS@|$(LIBRARY_NEEDS)|' src/sql/userstream.pc.in >$(DESTDIR)$(LIBDIR)/pkgconfig/userstream.pc

help:
	@echo 'make run          install what is missing, build, stream for 60 seconds (ARGS="--for 0" goes on)'
	@echo 'make test         install what tests need, run all tests'
	@echo 'make check        the quick part: unit tests, no server'
	@echo 'make              build build/userstream; make library: build/libuserstream.so and .a'
	@echo 'make cassandra    build the plugin for --sink cassandra://… (Rust; a few minutes, once)'
	@echo 'make install      PREFIX=/usr/local'
	@echo 'make lint         formatting, clang-tidy, cppcheck, the include rule'
	@echo 'make check-asan   unit tests under AddressSanitizer and UBSan; check-tsan: under ThreadSanitizer'
	@echo 'make fuzz         every fuzz target, SECONDS=10 each'
	@echo 'make soak         the full trial counts; make bench: ratios to references measured in the same run'

clean:
	rm -rf build

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

.PHONY: all cassandra library libraries unit unit-programs fuzz-targets benches run check test check-asan check-tsan fuzz lint soak bench man install help clean
.DELETE_ON_ERROR:
