/*
 * login_words.c - words for usernames and passwords.
 */
#include "simulator/login_words.h"

const char login_adjectives[] =
    "amber,brave,bright,calm,clever,cosmic,crisp,curious,eager,fancy,fearless,fluffy,"
    "frosty,gentle,hasty,jolly,lucky,mellow,mighty,nimble,noble,quiet,rapid,rustic,shiny";

const char login_animals[] =
    "badger,beaver,bison,camel,cobra,condor,coyote,crane,dolphin,donkey,falcon,ferret,"
    "gecko,heron,iguana,jackal,lemur,llama,magpie,marmot,newt,ocelot,otter,pelican,"
    "puffin";

const char login_passwords[] =
    "anchor,apricot,arcade,armada,arrow,autumn,avalon,badminton,ballad,bamboo,banjo,"
    "barley,basket,beacon,bicycle,birch12,biscuit,blossom,bluebird,bonfire,bramble,"
    "breeze7,bridge,bronze,butter1,cabbage,cactus,candle,canoe,canyon,caramel,caravan,"
    "carpet,castle9,cedar,cello,chalk,cherry5,chestnut,cinnamon,circus,citadel,clarinet,"
    "clover,cobalt,coconut,comet88,compass,copper,coral,cottage,cricket,crystal,cupcake,"
    "curtain,cypress,daffodil,daisy2,dancer,dandelion,desert,diamond,domino,dragon4,"
    "drummer,dynamo,eclipse,elbow,ember,emerald,engine,equator,express,fabric,factory,"
    "feather,fiddle,firefly,flannel,flute,forest,fortune,fossil,fountain,galaxy,garden1,"
    "garlic,gazebo,ginger,glacier,goblin,gondola,granite,gravity,guitar22,hammer,harbour,"
    "harvest,hazelnut,heather,helmet,hickory,holiday,honey,horizon,hurricane,iceberg,"
    "indigo,ink,island,ivory,jacket,jasmine,jigsaw,jonquil,jukebox,jungle,kayak,kettle,"
    "keyboard,kitten,lagoon,lantern,lavender,ledger,lemonade,library,lighthouse,lilac,"
    "linen,lobster,lollipop,lotus,lumber,magnet,mahogany,mandolin,mango,maple1,marble,"
    "marigold,market,meadow,melody,meteor,midnight,mirror,monday,monsoon,moonbeam,mosaic,"
    "mountain,mulberry,museum,mustard,nectar,needle,neptune,nutmeg,oasis,oatmeal,ocean7,"
    "octave,olive,onyx,orange,orbit,orchard,orchid,origami,oyster,paddle,pancake,papaya,"
    "parade,parsley,pebble,pelican3,pencil,pepper,piano,picnic,pillow,pineapple,planet,"
    "plaza,plum,pocket,polaris,poppy,potato,prairie,pretzel,puzzle,quartz,quill,quilt,"
    "radish,rainbow,raindrop,raspberry,ribbon,river,rocket,rosemary,saddle,saffron,"
    "sandal,sapphire,saturn,scooter,shadow,shamrock,silver,skylark,snowman,sofa,spark,"
    "spinach,spring,squirrel,stadium,starfish,station,summer,sunset,sycamore,tango,"
    "tapestry,teapot,tempest,thimble,thunder,tiger99,timber,topaz,torch,trumpet,tulip,"
    "tundra,turnip,twilight,umbrella,valley,vanilla,velvet,village,violet,volcano,"
    "voyager,waffle,walnut,warbler,waterfall,wheat,whistle,willow,window,winter,wisteria,"
    "wombat,yonder,zeppelin,zigzag";
