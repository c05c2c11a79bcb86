// GET_KEY: the source makes chunks and relays them, the destination finds them in its store.
#include "sim/kme/etsi004/sessions_impl.hpp"

#include <algorithm>

namespace qkdes::etsi004 {

namespace {
constexpr std::size_t kWaitLimit = 256;   ///< GET_KEYs of a stream that wait; more are refused
constexpr std::size_t kFailedLimit = 256; ///< indices that may be asked for again; the oldest are given up
} // namespace

void Sessions::Impl::get_key(End const& end, std::optional<std::uint32_t> index, std::function<void(KeyChunk)> reply) {
    Stream* const stream = find(end);
    if (stream == nullptr) return reply({Status::no_qkd_connection, index.value_or(0), {}});
    sweep(); // "connected" may be here already
    if (!find(end)) return reply({Status::no_qkd_connection, index.value_or(0), {}});
    stream->used_at = clock.now();
    bool const again = !stream->failed.empty() && !index;
    std::uint32_t const i = index ? *index : again ? *stream->failed.begin() : stream->next_index;
    bool const gone = i < stream->next_index && !stream->failed.contains(i);
    if (gone || stream->waiting.size() >= kWaitLimit || i == UINT32_MAX)
        return reply({Status::insufficient_key, i, {}});
    if (stream->source && (!stream->peer_connected || stream->peer_closed))
        return reply({Status::get_key_without_peer, i, {}});

    stream->failed.erase(i);
    if (i >= stream->next_index) stream->next_index = i + 1;
    auto& waiting = stream->waiting[i];
    waiting.reply = std::move(reply);
    SimDuration const patience = std::chrono::milliseconds{stream->qos.timeout};
    waiting.timer =
        clock.call_at(clock.now() + patience, guarded([end, i](Impl& self) { self.finish(end, i, Status::timeout); }));
    if (stream->source) pump(end);
    serve(end);
}

/// A token bucket that holds a second's worth, or one chunk. When it is too empty, a timer goes on later.
bool Sessions::Impl::affordable(End const& end, Stream& stream) {
    if (stream.qos.max_bps == 0) return true;
    std::int64_t const chunk = 8 * static_cast<std::int64_t>(stream.qos.key_chunk_size), rate = stream.qos.max_bps;
    std::int64_t const full = std::max(rate, chunk);
    auto const missing_time = [&](std::int64_t bits) { return SimDuration{(bits * 1'000'000'000 + rate - 1) / rate}; };
    SimTime const now = clock.now();
    if (now - stream.allowance_at >= missing_time(full - stream.allowance)) {
        stream.allowance = full;
        stream.allowance_at = now;
    } else {
        std::int64_t const earned = (now - stream.allowance_at).count() / 1'000 * rate / 1'000'000;
        stream.allowance += earned;
        if (earned > 0) stream.allowance_at += missing_time(earned);
    }
    if (stream.allowance >= chunk) {
        stream.allowance -= chunk;
        return true;
    }
    if (!stream.resume_set) {
        stream.resume_set = true;
        SimTime const later =
            stream.allowance_at + missing_time(chunk - stream.allowance) + std::chrono::microseconds{1};
        clock.call_at(std::max(later, now + std::chrono::microseconds{1}), guarded([end](Impl& self) {
                          if (Stream* const waiting = self.find(end)) {
                              waiting->resume_set = false;
                              self.pump(end);
                          }
                      }));
    }
    return false;
}

void Sessions::Impl::pump(End const& end) {
    std::set<std::uint32_t> wanted;
    {
        Stream const* const stream = find(end);
        if (stream == nullptr) return;
        for (auto const& [index, waiting] : stream->waiting)
            wanted.insert(index);
        for (std::uint32_t ahead = 0; ahead < config.chunks_ahead; ++ahead)
            wanted.insert(stream->next_index + ahead);
    }
    for (std::uint32_t const index : wanted) {
        Stream* const stream = find(end); // an application that was answered may have closed it
        if (stream == nullptr) return;
        auto const found = stream->chunks.find(index);
        if (found != stream->chunks.end() && found->second.stage != Stream::Chunk::Stage::idle) continue;
        if (!affordable(end, *stream)) return;
        relay(end, *stream, index);
    }
}

void Sessions::Impl::relay(End const& end, Stream& stream, std::uint32_t index) {
    auto& chunk = stream.chunks[index];
    if (chunk.key.empty()) {
        chunk.key = SecretBytes{stream.qos.key_chunk_size};
        entropy.fill(chunk.key.mutable_view());
    }
    chunk.stage = Stream::Chunk::Stage::in_flight;
    std::vector<DeliveredKey> keys{{derived_id(end.stream, Kind::chunk, index), chunk.key, SecurityClass::its}};
    node.relay_keys(end.app, stream.peer, std::move(keys), guarded([end, index](Impl& self, KeyReply const& sent) {
                        Stream* const now = self.find(end);
                        if (now == nullptr) return;
                        auto const arrived = now->chunks.find(index);
                        if (arrived == now->chunks.end()) return;
                        bool const ok = sent.status == KeyStatus::ok;
                        arrived->second.stage = ok ? Stream::Chunk::Stage::ready : Stream::Chunk::Stage::idle;
                        // The same bytes again when somebody asks again: what the far end may have stays true.
                        if (!ok) return self.finish(end, index, Status::insufficient_key);
                        self.serve(end);
                    }));
}

void Sessions::Impl::serve(End const& end) {
    std::vector<std::uint32_t> indices;
    if (Stream const* const stream = find(end))
        for (auto const& [index, waiting] : stream->waiting)
            indices.push_back(index);
    for (std::uint32_t const index : indices) {
        Stream* const stream = find(end);
        if (stream == nullptr) return;
        if (stream->source) {
            auto const chunk = stream->chunks.find(index);
            if (chunk == stream->chunks.end() || chunk->second.stage != Stream::Chunk::Stage::ready) continue;
            SecretBytes key = std::move(chunk->second.key);
            stream->chunks.erase(chunk);
            finish(end, index, Status::successful, std::move(key));
            continue;
        }
        KeyId const id = derived_id(end.stream, Kind::chunk, index);
        KeyReply found = node.fetch_keys(end.app, {&id, 1}, stream->peer);
        if (found.status == KeyStatus::ok)
            finish(end, index, Status::successful, std::move(found.keys.at(0).key));
        else if (stream->peer_closed)
            finish(end, index, Status::get_key_without_peer);
    }
}

void Sessions::Impl::finish(End const& end, std::uint32_t index, Status status, SecretBytes key) {
    Stream* const stream = find(end);
    if (stream == nullptr) return;
    auto const waited = stream->waiting.extract(index);
    if (waited.empty()) return;
    clock.cancel(waited.mapped().timer);
    if (status != Status::successful) {
        stream->failed.insert(index);
        if (stream->failed.size() > kFailedLimit) stream->failed.erase(stream->failed.begin());
    }
    // What was skipped is given up.
    auto const keep = stream->failed.empty() ? stream->next_index : *stream->failed.begin();
    auto const first_waiting = stream->waiting.empty() ? keep : std::min(keep, stream->waiting.begin()->first);
    stream->chunks.erase(stream->chunks.begin(), stream->chunks.lower_bound(first_waiting));
    waited.mapped().reply({status, index, std::move(key)}); // last: the application may call again from inside
}

} // namespace qkdes::etsi004
