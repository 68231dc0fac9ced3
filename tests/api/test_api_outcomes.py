"""The figures of /admin/outcomes over the API: an episode that a person closes is counted."""

from api_world import World, waiting

from sufler.domain.people import Role

URL = "/api/v1/outcomes"


async def test_that_a_served_episode_is_counted_once_and_listed(world: World) -> None:
    person, _ = await world.people.add("anna", "Анна", Role.OPERATOR, "long enough")
    _, secret = await world.people.create_key("Anna's", Role.OPERATOR, person)
    talk = await waiting(world)
    async with world.client() as root:
        empty = (await root.get(URL)).json()
        assert {each["ending"]: each["episodes"] for each in empty["classes"]} == dict.fromkeys(
            ("confirmed", "silent", "reopened", "handed_off", "abandoned"), 0
        )
        assert (empty["days"], empty["open_now"], empty["times"]["ratio"]) == (28, 1, None)
        assert len(empty["drift"]) == 28
        async with world.client(secret) as anna:
            path = f"/api/v1/conversations/{talk}"
            assert (await anna.post(f"{path}/take")).status_code == 200
            assert (await anna.post(f"{path}/close")).status_code == 200
        world.clock.pass_(minutes=1)
        body = (await root.get(URL, params={"days": 7})).json()
        counts = {each["ending"]: each["episodes"] for each in body["classes"]}
        assert (counts["handed_off"], sum(counts.values()), body["open_now"]) == (1, 1, 0)
        [episode] = (await root.get(f"{URL}/episodes", params={"ending": "handed_off"})).json()[
            "items"
        ]
        assert (episode["conversation_id"], episode["ending"]) == (talk, "handed_off")
        silent = await root.get(f"{URL}/episodes", params={"ending": "silent"})
        assert silent.json()["items"] == []
        assert (await root.get(URL, params={"days": 0})).status_code == 422
        assert (await root.get(f"{URL}/episodes?ending=solved")).status_code == 422
