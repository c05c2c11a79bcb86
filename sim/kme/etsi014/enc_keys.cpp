// enc_keys: checks what is asked for, asks the node for the first slave, then sends the same keys to the others.
#include "sim/kme/etsi014/errors.hpp"
#include "sim/kme/etsi014/service.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace qkdes::etsi014 {

namespace {
constexpr std::array<std::string_view, 4> kClasses{"its", "hybrid", "qkd_aes", "pqc"}; // in the order of the enum
constexpr std::string_view kMinSecurity = "qkdes_min_security", kRouteType = "qkdes_route_type";

bool supported(Extension const& extension) { return extension.name == kMinSecurity || extension.name == kRouteType; }
std::string quoted(std::string_view text) { return "\"" + std::string{text} + "\""; }
} // namespace

std::string_view to_string(SecurityClass security) { return kClasses[static_cast<std::size_t>(security)]; }
std::optional<SecurityClass> read_class(std::string_view value_json) {
    for (std::size_t i = 0; i < kClasses.size(); ++i)
        if (value_json == quoted(kClasses[i])) return static_cast<SecurityClass>(i);
    return std::nullopt;
}

struct Service::Order {
    KeyRequest request;        ///< to the first slave
    std::vector<AppId> others; ///< additional slaves
    SecurityClass worst_allowed = SecurityClass::pqc;
    bool tell_path = false;
    std::string route_type = "direct"; ///< of the longest path

    std::function<void(Response)> reply;
    std::vector<DeliveredKey> keys;
    std::size_t outstanding = 0;
    KeyStatus failure = KeyStatus::ok;

    /// Everything is back.
    void answer() {
        SecurityClass worst = SecurityClass::its;
        KeyContainer out;
        for (auto const& key : keys) {
            worst = std::max(worst, key.security);
            out.keys.push_back({key.id, key.key});
        }
        if (worst > worst_allowed) return reply(refuse(kBadRequest, kUnmetMandatory));
        if (tell_path)
            out.extension = {{"qkdes_security", quoted(to_string(worst))},
                             {std::string{kRouteType}, quoted(route_type)}};
        reply({kOk, write(out)});
    }
};

std::optional<Response> Service::check(AppId master, AppId slave, KeyRequestBody const& body, Order& order) const {
    std::uint64_t const number = body.number.value_or(1), size = body.size.value_or(config_.default_key_bits);
    if (number < 1 || number > config_.max_keys)
        return refuse(kBadRequest, kOutOfRange, {{"number", "1 to " + std::to_string(config_.max_keys)}});
    if (size % 8 != 0) return refuse(kBadRequest, kSizeNotBytes);
    if (size < kMinKeyBits || size > kMaxKeyBits)
        return refuse(kBadRequest, kOutOfRange,
                      {{"size", std::to_string(kMinKeyBits) + " to " + std::to_string(kMaxKeyBits)}});
    if (body.additional_slave_sae_ids.size() > config_.max_additional_slaves)
        return refuse(kBadRequest, kOutOfRange,
                      {{"additional_slave_SAE_IDs", "at most " + std::to_string(config_.max_additional_slaves)}});
    order.request = {master, slave, static_cast<std::uint32_t>(size), static_cast<std::uint32_t>(number)};
    std::set<AppId> recipients{master, slave};
    if (recipients.size() != 2) return refuse(kBadRequest, kOutOfRange, {{"SAE", "master and slave are the same"}});
    for (auto const& name : body.additional_slave_sae_ids) {
        auto const found = saes_.find(name);
        if (found == saes_.end()) return refuse(kBadRequest, kUnknownSae, {{"SAE", name}});
        if (!recipients.insert(found->second).second)
            return refuse(kBadRequest, kOutOfRange, {{"additional_slave_SAE_IDs", "an SAE is named twice"}});
        order.others.push_back(found->second);
    }
    return check_extensions(body, order);
}

std::optional<Response> Service::check_extensions(KeyRequestBody const& body, Order& order) const {
    auto const& mandatory = body.extension_mandatory;
    if (!std::all_of(mandatory.begin(), mandatory.end(), supported)) return refuse(kBadRequest, kUnknownMandatory);
    order.tell_path =
        !mandatory.empty() || std::any_of(body.extension_optional.begin(), body.extension_optional.end(), supported);
    std::vector<AppId> everybody = order.others;
    everybody.push_back(order.request.to);
    bool met = true, direct = true, indirect = true;
    SecurityClass worst = SecurityClass::its;
    for (AppId slave : everybody) {
        Path const path = path_to(host_of(slave));
        if (!path.reachable) return refuse(kUnavailable, kNoRoute);
        worst = std::max(worst, path.security);
        direct &= path.links.size() <= 1;
        indirect &= path.links.size() > 1;
    }
    order.route_type = direct ? "direct" : "indirect";
    for (auto const& extension : mandatory) {
        if (extension.name == kRouteType) {
            met &= (direct && extension.value_json == quoted("direct")) ||
                   (indirect && extension.value_json == quoted("indirect"));
        } else {
            auto const limit = read_class(extension.value_json);
            met &= limit && worst <= *limit;
            if (limit) order.worst_allowed = order.request.worst = std::min(order.worst_allowed, *limit);
        }
    }
    if (!met) return refuse(kBadRequest, kUnmetMandatory);
    return std::nullopt;
}

void Service::enc_keys(AppId master, AppId slave, KeyRequestBody const& body, std::function<void(Response)> reply) {
    auto order = std::make_shared<Order>();
    if (auto const refused = check(master, slave, body, *order)) return reply(*refused);
    order->reply = std::move(reply);
    node_.request_keys(order->request, [this, order](KeyReply keys) {
        if (keys.status != KeyStatus::ok) return order->reply(refusal(keys.status));
        order->keys = std::move(keys.keys);
        if (order->others.empty()) return order->answer();
        relay_to_others(order);
    });
}

void Service::relay_to_others(std::shared_ptr<Order> order) {
    order->outstanding = order->others.size();
    for (AppId other : order->others)
        node_.relay_keys(order->request.from, other, order->keys, [order](KeyReply copies) {
            if (copies.status != KeyStatus::ok) order->failure = copies.status;
            for (std::size_t i = 0; i < copies.keys.size(); ++i)
                order->keys[i].security = std::max(order->keys[i].security, copies.keys[i].security);
            if (--order->outstanding > 0) return;
            if (order->failure != KeyStatus::ok) return order->reply(refusal(order->failure));
            order->answer();
        });
}

} // namespace qkdes::etsi014
