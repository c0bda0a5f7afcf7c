"""What people ask the asset and budget departments for, and how such a request is talked about."""

from __future__ import annotations

from typing import Any

from demo_story.request import AGENT, NOTE, REQUESTER, Request

ASSETS, BUDGETS = "Asset Department", "Budget Department"
ASSET: dict[str, Any] = {"category": "Asset Check Out", "department": ASSETS}
BUDGET: dict[str, Any] = {"category": "New Budget Proposal", "department": BUDGETS}
EVENTS = ("the customer day", "the spring fair", "an offsite workshop", "training new colleagues")

OTHER_REQUESTS: tuple[Request, ...] = (
    Request(
        **ASSET,
        subject="{asset} for {event}",
        description="We need it for about a week and bring it back on the date given. It will be used in {place}.",
        choices={
            "asset": ("projector", "conference microphone", "camera", "portable screen"),
            "event": EVENTS,
            "place": ("the big hall", "a hotel in town", "room 3.07"),
        },
        talk=(
            (AGENT, "One is free in that week. Do you need the carrying case as well?"),
            (REQUESTER, "Yes, please, and a long power cable."),
            (NOTE, "Unit 4 has a loose foot; give out unit 2."),
            (AGENT, "It is reserved for you. You can collect it at the counter."),
        ),
        hold=("waiting_for_date", "To be collected in the week of the event."),
        returned="From when to when is it needed?",
        rejected="All of them are lent in that week.",
        done="Checked: complete and working.",
    ),
    Request(
        **ASSET,
        subject="Loan laptop for {person}",
        description="{reason} The usual programs are enough. It comes back on the date given.",
        choices={
            "person": ("an intern", "a new colleague", "the trainee in Finance", "a visiting engineer"),
            "reason": ("The ordered one is delayed.", "It is needed for four weeks.", "The own one is in repair."),
        },
        talk=(
            (AGENT, "We have one with 14 inches ready. Is an English keyboard all right?"),
            (REQUESTER, "English is fine."),
            (AGENT, "It is prepared and can be collected with a signature."),
        ),
        hold=("waiting_for_supplier", "The image for the loan laptops is being renewed."),
        returned="Who will sign for it?",
        rejected="Interns use the desktops in the training room.",
        done="Prepared and noted in the list of loans.",
    ),
    Request(
        **ASSET,
        subject="{vehicle} on {weekday}",
        description="For {reason}. {people} people travel together. The licence was checked this year.",
        choices={
            "vehicle": ("pool car", "van", "electric pool car"),
            "weekday": ("Tuesday", "Wednesday", "Friday"),
            "reason": ("a visit to a supplier", "moving exhibits", "an appointment at the authorities"),
            "people": ("Two", "Three", "Four"),
        },
        talk=(
            (AGENT, "The car is free. The key is at the reception from eight o'clock."),
            (REQUESTER, "Perfect. We are back by five."),
            (NOTE, "Charge card lies in the glove box."),
        ),
        hold=("waiting_for_date", "The day of the trip is not fixed yet."),
        returned="Who drives? The name has to be in the log.",
        rejected="All cars are booked on that day; please take the train.",
        done="Key and log book are ready.",
    ),
    Request(
        **ASSET,
        subject="Second screen for {place}",
        description="Two documents side by side don't fit on the one we have. A used one is fine.",
        choices={"place": ("my desk in 2.14", "the goods-in desk", "the reception", "the home office")},
        priorities={"low": 6, "medium": 3},
        talk=(
            (AGENT, "There is a used one with 24 inches in stock. Which plugs does your computer have?"),
            (REQUESTER, "One wide and one small one, I think the newer kind."),
            (AGENT, "Then the cable is in the box as well. It is at the counter."),
        ),
        hold=("waiting_for_supplier", "Used screens come back at the end of the month."),
        returned="Please add your room, so that we can deliver it.",
        rejected="Screens for home are bought through the home office allowance.",
        done="Screen and cable handed out.",
    ),
    Request(
        **BUDGET,
        subject="Budget for {thing}",
        description="The offers are listed in the cost items. We would like to start in the coming quarter, because "
        "{reason}.",
        choices={
            "thing": (
                "a first aid course",
                "new office chairs",
                "a trade fair stand",
                "test devices",
                "an e-bike rack",
            ),
            "reason": ("prices rise in summer", "the old ones are worn out", "the contract ends then"),
        },
        talk=(
            (AGENT, "Is the second offer with or without delivery?"),
            (REQUESTER, "With delivery; I have corrected the amount."),
            (NOTE, "Fits the plan of the cost centre; 12 % are left for the year."),
            (AGENT, "Complete. It goes to Finance with our recommendation."),
        ),
        hold=("waiting_for_supplier", "The third offer is announced."),
        returned="Please split the amount into the two quarters.",
        rejected="Not this year; please hand it in again for the next plan.",
        done="Amounts checked against the offers.",
    ),
    Request(
        **BUDGET,
        subject="Training “{course}” for {people}",
        description="It takes {days} days, on site. Travel is included in the cost items. {benefit}",
        choices={
            "course": ("Forklift licence", "Writing for customers", "Project planning", "Fire safety"),
            "people": ("four colleagues", "the whole team", "two team leads"),
            "days": ("two", "three"),
            "benefit": ("We do without an external service afterwards.", "It is asked for by the insurance."),
        },
        talk=(
            (AGENT, "Could the training be held in the training room? That would save the travel."),
            (REQUESTER, "The trainer agrees. The travel can be left out."),
            (AGENT, "Then I take it out, and pass it on for approval."),
        ),
        hold=("waiting_for_requester", "Waiting for the list of participants."),
        returned="The offer of the training provider is missing.",
        rejected="There is an internal course on the same subject in autumn.",
        done="Travel removed from the cost items.",
        until_answer=True,
    ),
    Request(
        **BUDGET,
        subject="{thing} for the {place}",
        description="Last renewed twelve years ago. The facility team has looked at it and recommends a replacement. "
        "The work takes {days} days.",
        choices={
            "thing": ("sun blinds", "new lighting", "shelves", "a water dispenser"),
            "place": ("archive", "east corridor", "canteen", "warehouse office"),
            "days": ("two", "five", "ten"),
        },
        priorities={"low": 5, "medium": 4},
        talk=(
            (NOTE, "Facility has a maintenance budget of its own; asked whether half can go there."),
            (AGENT, "Facility takes over half of the cost. I have changed the amount accordingly."),
            (REQUESTER, "That is good news. Thank you."),
        ),
        hold=("other", "Facility checks whether it can share the cost."),
        returned="Please add the statement of the facility team.",
        rejected="The corridor is rebuilt next year anyway.",
        done="Cost shared with Facility.",
    ),
)
