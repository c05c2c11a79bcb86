#include "sim/study/packed.hpp"

#include <botan/hash.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace qkdes {
namespace {

static_assert(std::endian::native == std::endian::little, "packed numbers are little-endian");

class Packer {
  public:
    void number(std::uint64_t x) { bytes_.append(reinterpret_cast<char const*>(&x), sizeof x); }
    void number(double x) { number(std::bit_cast<std::uint64_t>(x)); }
    void text(std::string_view x) {
        number(std::uint64_t{x.size()});
        bytes_ += x;
    }
    std::string take() { return std::move(bytes_); }

  private:
    std::string bytes_;
};

/// After the first thing that is not there, everything is zero and ok() false.
class Unpacker {
  public:
    explicit Unpacker(std::string_view bytes) : rest_{bytes} {}
    std::uint64_t number() {
        std::uint64_t x = 0;
        if (!has(sizeof x)) return 0;
        std::memcpy(&x, rest_.data(), sizeof x);
        rest_.remove_prefix(sizeof x);
        return x;
    }
    double real() { return std::bit_cast<double>(number()); }
    std::string text() {
        std::uint64_t const length = number();
        if (!has(length)) return {};
        std::string out{rest_.substr(0, length)};
        rest_.remove_prefix(length);
        return out;
    }
    /// Of items that take at least 8 bytes each.
    std::uint64_t count() {
        std::uint64_t const n = number();
        if (n > rest_.size() / 8) ok_ = false;
        return ok_ ? n : 0;
    }
    bool complete() const { return ok_ && rest_.empty(); }

  private:
    bool has(std::uint64_t bytes) { return ok_ = ok_ && rest_.size() >= bytes; }
    std::string_view rest_;
    bool ok_ = true;
};

} // namespace

std::string pack(StudyTask const& task) {
    Packer out;
    out.number(std::uint64_t{task.overrides.size()});
    for (auto const& each : task.overrides)
        out.text(each);
    out.text(task.faults);
    out.number(task.replication);
    return out.take();
}

std::optional<StudyTask> unpack_task(std::string_view bytes) {
    Unpacker in{bytes};
    StudyTask task;
    for (std::uint64_t n = in.count(); n > 0; --n)
        task.overrides.push_back(in.text());
    task.faults = in.text();
    task.replication = in.number();
    if (!in.complete()) return {};
    return task;
}

std::string pack(TaskOutcome const& outcome) {
    Packer out;
    out.number(std::uint64_t{outcome.ok});
    out.text(outcome.reason);
    for (double const x : outcome.metrics)
        out.number(x);
    out.number(std::uint64_t{outcome.figures.size()});
    for (double const x : outcome.figures)
        out.number(x);
    out.number(outcome.events);
    out.number(outcome.violations);
    return out.take();
}

std::optional<TaskOutcome> unpack_outcome(std::string_view bytes) {
    Unpacker in{bytes};
    TaskOutcome outcome;
    std::uint64_t const ok = in.number();
    outcome.ok = ok == 1;
    outcome.reason = in.text();
    for (double& x : outcome.metrics)
        x = in.real();
    for (std::uint64_t n = in.count(); n > 0; --n)
        outcome.figures.push_back(in.real());
    outcome.events = in.number();
    outcome.violations = in.number();
    if (!in.complete() || ok > 1) return {};
    return outcome;
}

Digest digest_of(std::string_view bytes) {
    auto const hash = Botan::HashFunction::create_or_throw("SHA-256");
    hash->update(reinterpret_cast<std::uint8_t const*>(bytes.data()), bytes.size());
    Digest out;
    hash->final(out.data());
    return out;
}

StudyIdentity identity_of(StudySpec const& study, std::string version) {
    Packer in;
    in.text(study.text);
    in.number(study.seed);
    in.number(study.replications);
    return {std::move(version), digest_of(study.base.text), digest_of(in.take())};
}

std::string StudyIdentity::hex() const {
    std::string out = version;
    for (auto const* digest : {&scenario, &study}) {
        out += ' ';
        for (auto const byte : *digest)
            out += fmt::format("{:02x}", byte);
    }
    return out;
}

} // namespace qkdes
