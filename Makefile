# userstream: `make run` and `make test` are all a newcomer needs; `make help` lists the rest.

VERSION := 0.1.0
BUILD   ?= build
MODE    ?= release
CC      ?= cc
CXX     ?= c++
PREFIX  ?= /usr/local
PYTHON  ?= python3

ROOMS   := core net source simulator log sql sink pipeline server cli
PACKAGES := libcurl libmicrohttpd lmdb sqlite3 simdjson icu-uc icu-i18n libpcre2-8 libcrypto libzstd zlib

# ---- flags ---------------------------------------------------------------------------------------------------------

WARN_BOTH := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wvla -Wformat=2 -Wundef -Wcast-qual -Wpointer-arith \
             -Wwrite-strings -Wswitch-enum -Wnull-dereference -Wdouble-promotion
WARN_C    := $(WARN_BOTH) -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wno-pedantic-ms-format
WARN_CXX  := $(WARN_BOTH) -Wno-undef -Wno-shadow -Wno-null-dereference

ifeq ($(MODE),release)
  OPT := -O2 -g -DNDEBUG
else ifeq ($(MODE),debug)
  OPT := -O1 -g
else ifeq ($(MODE),asan)
  OPT := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
else ifeq ($(MODE),tsan)
  OPT := -O1 -g -fno-omit-frame-pointer -fsanitize=thread
else ifeq ($(MODE),coverage)
  OPT := -O0 -g --coverage
else ifeq ($(MODE),fuzz)
  CC  := clang
  CXX := clang++
  OPT := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined
else
  $(error MODE is one of release debug asan tsan coverage fuzz)
endif

HARDEN   := -fstack-protector-strong -fPIC -fvisibility=hidden
CPPFLAGS += -Isrc -Iinclude -D_GNU_SOURCE -DUSERSTREAM_VERSION='"$(VERSION)"' $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
CFLAGS   := -std=gnu17 $(OPT) $(HARDEN) $(WARN_C)
CXXFLAGS := -std=c++17 $(OPT) $(HARDEN) $(WARN_CXX)
LDFLAGS  := $(OPT) -Wl,--as-needed -pthread
LDLIBS   := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lm -ldl

# ---- the program: a static library a room, then the binary --------------------------------------------------------

room_sources = $(wildcard src/$(1)/*.c src/$(1)/*.cc src/$(1)/*/*.c)
room_objects = $(patsubst src/%,$(BUILD)/obj/%.o,$(call room_sources,$(1)))
room_library = $(BUILD)/lib/lib$(1).a
LIBRARIES    := $(foreach r,$(ROOMS),$(call room_library,$(r)))

all: $(BUILD)/userstream

$(BUILD)/obj/%.c.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/%.cc.o: src/%.cc Makefile
	@mkdir -p $(@D)
	$(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<

define room_rule
$(call room_library,$(1)): $(filter-out %/cli/main.c.o,$(call room_objects,$(1)))
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(AR) rcs $$@ $$^
endef
$(foreach r,$(ROOMS),$(eval $(call room_rule,$(r))))

$(BUILD)/userstream: $(BUILD)/obj/cli/main.c.o $(LIBRARIES)
	$(CXX) $(LDFLAGS) -o $@ $< -Wl,--start-group $(LIBRARIES) -Wl,--end-group $(LDLIBS)

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
$(BUILD)/tests/$(1)/test_%: tests/unit/$(1)/test_%.c $(wildcard tests/unit/$(1)/*.h tests/unit/*.h) $(foreach r,$(deps_$(1)),$(call room_library,$(r)))
	@mkdir -p $$(@D)
	$$(CC) $$(CPPFLAGS) -Itests/unit $$(CFLAGS) -Wno-missing-prototypes -UNDEBUG -c -o $$@.o $$<
	$$(CXX) $$(LDFLAGS) -o $$@ $$@.o -Wl,--start-group $(foreach r,$(deps_$(1)),$(call room_library,$(r))) -Wl,--end-group -lcmocka $$(LDLIBS)
endef
$(foreach r,$(ROOMS),$(eval $(call unit_rule,$(r))))

# make unit [ROOM=sql] runs the unit tests, of one room or all
unit: $(if $(ROOM),$(filter $(BUILD)/tests/$(ROOM)/%,$(UNIT_TESTS)),$(UNIT_TESTS))
	@tools/run-unit $^

clean:
	rm -rf build

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

.PHONY: all unit clean
.DELETE_ON_ERROR:
