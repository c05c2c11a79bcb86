// Any bytes as a request to a node's key delivery interface: for the fuzzer, and for the tests that replay its corpus.
// An input is "VERB TARGET", a line feed, and the body. The caller is alice on a two-node network that has some key.
#pragma once
#include "sim/kme/etsi014/service.hpp"
#include "tests/support/loopback_network.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace qkdes::test {

class Etsi014Entry {
  public:
    explicit Etsi014Entry(std::size_t units = 2000) : net_{line({true})} {
        etsi014::ServiceConfig config;
        config.self = NodeId{std::size_t{0}};
        service_ =
            std::make_unique<etsi014::Service>(config, net_.node(0), std::make_shared<Topology const>(net_.topology()),
                                               std::vector<std::string>{"alice", "bob"});
        net_.give_key_everywhere(units);
    }
    /// The answer's code; aborts when the interface breaks its promises.
    int operator()(std::string_view input) {
        auto const end_of_line = std::min(input.find('\n'), input.size());
        auto const first = input.substr(0, end_of_line);
        auto const space = std::min(first.find(' '), first.size());
        etsi014::Request request{"alice", std::string{first.substr(0, space)},
                                 std::string{first.substr(std::min(space + 1, first.size()))}, "",
                                 std::string{input.substr(std::min(end_of_line + 1, input.size()))}};
        int answers = 0;
        etsi014::Response answer;
        service_->handle(request, [&](etsi014::Response response) {
            ++answers;
            answer = std::move(response);
        });
        for (int i = 0; i < 600 && answers == 0; ++i) // briefly: what waits in the pools must not expire meanwhile
            net_.clock.run_for(std::chrono::milliseconds{10});
        demand(answers == 1, "one answer");
        bool const fine = answer.code == 200;
        demand(fine || answer.code == 400 || answer.code == 401 || answer.code == 503, "a code of the standard");
        if (!fine) demand(bool{etsi014::read_error(answer.body)}, "an Error body");
        demand(!fine || etsi014::read_key_container(answer.body) || etsi014::read_status(answer.body), "a known body");
        round_trip(request.body, etsi014::read_key_request);
        round_trip(request.body, etsi014::read_key_ids);
        round_trip(request.body, etsi014::read_status);
        round_trip(request.body, etsi014::read_key_container);
        if (auto const id = etsi014::read_uuid(request.body); id)
            demand(etsi014::read_uuid(etsi014::write_uuid(*id)) == id, "UUIDs survive");
        return answer.code;
    }

  private:
    static void demand(bool condition, char const* what) {
        if (condition) return;
        std::fprintf(stderr, "broken promise: %s\n", what);
        std::abort();
    }
    template <class Reader>
    static void round_trip(std::string const& body, Reader read) {
        auto const once = read(body);
        demand(bool{once} == once.problem.empty(), "a value or a problem");
        if (!once) return;
        auto const twice = read(etsi014::write(*once.value));
        demand(bool{twice} && *twice.value == *once.value, "what was read can be written and read again");
    }
    LoopbackNetwork net_;
    std::unique_ptr<etsi014::Service> service_;
};

} // namespace qkdes::test
