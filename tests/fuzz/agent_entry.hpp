// Any bytes as a request to the agents' interface: for the fuzzer, and for the tests that replay its corpus. An input
// is "VERB TARGET", a line feed, and the body.
#pragma once
#include "tests/sim/kme/agent_api_support.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace qkdes::test {

class AgentEntry {
  public:
    /// The answer's code; aborts when the interface breaks its promises.
    int operator()(std::string_view input) {
        auto const end_of_line = std::min(input.find('\n'), input.size());
        auto const first = input.substr(0, end_of_line);
        auto const space = std::min(first.find(' '), first.size());
        agent::ApiRequest const request{std::string{first.substr(0, space)},
                                        std::string{first.substr(std::min(space + 1, first.size()))}, "",
                                        std::string{input.substr(std::min(end_of_line + 1, input.size()))}};
        int answers = 0;
        agent::ApiResponse answer;
        bench_.api->handle(request, [&](agent::ApiResponse response) {
            ++answers;
            answer = std::move(response);
        });
        demand(answers == 1, "one answer");
        constexpr int codes[] = {200, 202, 400, 404, 405, 409, 413, 415, 503};
        demand(std::ranges::find(codes, answer.code) != std::end(codes), "a code of the interface");
        if (answer.content_type != "application/json") return answer.code;
        auto const body = nlohmann::json::parse(answer.body, nullptr, false);
        demand(body.is_object(), "a JSON object");
        demand(answer.code < 400 || (body.contains("message") && body["message"].is_string()), "a message");
        bench_.vault.clear();
        return answer.code;
    }

  private:
    static void demand(bool condition, char const* what) {
        if (condition) return;
        std::fprintf(stderr, "broken promise: %s\n", what);
        std::abort();
    }
    ApiBench bench_;
};

} // namespace qkdes::test
